// What multer and its parser say, in our words and codes.
import { AstrogateError } from '@astrogate/proto';
import { MulterError } from 'multer';
import { FieldError, quoted } from './field-error.js';
import { partName } from './part-name.js';

/** The error of the table that `error`, thrown while a form was read, means to the caller. */
export function toUploadError(error: unknown, clientGone: boolean): AstrogateError {
  if (error instanceof AstrogateError) return error;
  if (clientGone) return new AstrogateError('upload_aborted', undefined, { cause: error });
  if (error instanceof MulterError) return fromMulter(error);
  const message = error instanceof Error ? error.message : '';
  if (message.startsWith('Unexpected end')) return new AstrogateError('upload_aborted', undefined, { cause: error });
  return new AstrogateError('invalid_upload', 'The multipart body is malformed', { cause: error });
}

function fromMulter(error: MulterError): AstrogateError {
  const field = quoted(error.field ?? '');
  switch (error.code) {
    case 'LIMIT_FILE_COUNT':
    case 'LIMIT_UNEXPECTED_FILE':
      return new AstrogateError('invalid_upload', 'The form has more than one file', { cause: error });
    case 'LIMIT_FIELD_VALUE':
      if (error.field === partName) return textPicture(error);
      return new FieldError([{ field, value: '(too long)', allowed: 'at most 2048 bytes' }]);
    case 'LIMIT_FIELD_KEY':
      return new AstrogateError('invalid_request', 'A field name is longer than 64 bytes', { cause: error });
    case 'LIMIT_FIELD_COUNT':
    case 'LIMIT_PART_COUNT':
      return new AstrogateError('invalid_request', 'The form has more than 32 fields', { cause: error });
    default:
      return new AstrogateError('invalid_request', 'A field of the form has no valid name', { cause: error });
  }
}

/** The picture came as a text field: its part has no file name. */
export function textPicture(cause?: unknown): AstrogateError {
  return new AstrogateError('invalid_upload', `"${partName}" must be a file part with a file name`, { cause });
}
