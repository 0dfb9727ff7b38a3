// Takes a multipart form with one picture: the file goes to the spool while it is read, the fields are checked against
// a schema. Whatever goes wrong, the spool file is gone before the error is thrown.
import type { Readable } from 'node:stream';
import { AstrogateError } from '@astrogate/proto';
import type { Request, Response } from 'express';
import multer from 'multer';
import type { z } from 'zod';
import type { Spool } from '../spool/spool.js';
import { type SpooledUpload, writeUpload } from '../spool/upload-writer.js';
import { displayName } from './display-name.js';
import { quoted } from './field-error.js';
import { parseFields } from './form-fields.js';
import { partName } from './part-name.js';
import { textPicture, toUploadError } from './upload-error.js';

export interface UploadRules {
  readonly spool: Spool;
  readonly maxBytes: number;
  /** The form must be complete this long after it began, milliseconds. */
  readonly maxMs: number;
}

export interface PictureForm<F> {
  readonly upload: SpooledUpload;
  /** Name that the client gave, for display only; undefined when nothing of it could be kept. */
  readonly name: string | undefined;
  readonly fields: F;
}

/** Our field names are far shorter, the longest value is a webhook's URL; a request has no more than a dozen fields. */
const formLimits = { fieldNameSize: 64, fieldSize: 2048, fields: 32, files: 1, parts: 33, headerPairs: 32 };

/** Room for part headers, boundaries and all fields beside the file. */
const formOverheadBytes = 64 * 1024;

/** Reads the form of `request`. Throws AstrogateError with any code that an upload can have, or FieldError. */
export async function receivePicture<S extends z.ZodObject>(
  request: Request,
  response: Response,
  schema: S,
  rules: UploadRules,
): Promise<PictureForm<z.output<S>>> {
  checkHead(request, rules.maxBytes);
  const form = new FormReader(request, rules);
  try {
    const upload = await form.read(response);
    return { upload, name: displayName(form.fileName), fields: parseFields(schema, request.body) };
  } catch (error) {
    await form.discard();
    throw toUploadError(form.refusal ?? error, request.destroyed && !request.complete);
  }
}

/** What can be refused before the body is read. */
function checkHead(request: Request, maxBytes: number): void {
  if (!request.is('multipart/form-data'))
    throw new AstrogateError('invalid_upload', `The body must be multipart/form-data with a file part "${partName}"`);
  if (announcedBytes(request) > maxBytes + formOverheadBytes) throw tooLarge(maxBytes);
}

function announcedBytes(request: Request): number {
  return Number(request.headers['content-length'] ?? 0);
}

/** One form while it is read. multer reads a refused body to its end before it says so; our refusals do not wait. */
class FormReader {
  readonly #refused = Promise.withResolvers<never>();
  #picture: { stream: Readable; written: Promise<SpooledUpload> } | undefined;
  fileName = '';
  /** Our own reason for refusing; stopping the parser makes it complain of other things. */
  refusal: AstrogateError | undefined;

  constructor(
    readonly request: Request,
    readonly rules: UploadRules,
  ) {}

  async read(response: Response): Promise<SpooledUpload> {
    const timer = setTimeout(() => this.#refuse(new AstrogateError('upload_timeout')), this.rules.maxMs);
    try {
      const parsed = new Promise<void>((resolve, reject) => {
        this.#parser()(this.request, response, (error: unknown) => (error ? reject(error) : resolve()));
      });
      this.#countForm();
      await Promise.race([parsed, this.#refused.promise]);
      if (!this.#picture) throw missingPicture(this.request.body);
      return await this.#picture.written;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Stops the writer if it still waits for bytes and removes what it has written. */
  async discard(): Promise<void> {
    if (!this.#picture) return;
    this.#picture.stream.destroy();
    const upload = await this.#picture.written.catch(() => undefined);
    if (upload) await this.rules.spool.remove(upload.path);
  }

  #parser() {
    return multer({
      limits: formLimits,
      defParamCharset: 'utf8',
      fileFilter: (_request, file, done) => {
        const isPicture = file.fieldname === partName;
        if (!isPicture) this.#refuse(wrongPart(file.fieldname));
        done(null, isPicture);
      },
      storage: {
        _handleFile: (_request, file, done) => {
          const written = writeUpload(this.rules.spool, file.stream, this.#limits());
          this.#picture = { stream: file.stream, written };
          this.fileName = file.originalname;
          written.then(
            ({ path, bytes }) => done(null, { path, size: bytes }),
            (error) => {
              this.#refuse(error);
              done(error);
            },
          );
        },
        // `discard` removes the file, whichever way the form failed.
        _removeFile: (_request, _file, done) => done(null),
      },
    }).any();
  }

  /** The writer counts the file; this counts what is around it, which a form without an announced length may hide. */
  #countForm(): void {
    let bytes = 0;
    this.request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > this.rules.maxBytes + formOverheadBytes) this.#refuse(tooLarge(this.rules.maxBytes));
    });
  }

  #refuse(error: unknown): void {
    if (error instanceof AstrogateError) this.refusal ??= error;
    this.#refused.reject(error);
  }

  #limits() {
    const { maxBytes } = this.rules;
    return { maxBytes, expectedBytes: Math.min(announcedBytes(this.request) || maxBytes, maxBytes) };
  }
}

function tooLarge(maxBytes: number): AstrogateError {
  return new AstrogateError('upload_too_large', `The upload is larger than ${maxBytes} bytes`);
}

function wrongPart(name: string): AstrogateError {
  return new AstrogateError('invalid_upload', `The file part must be named "${partName}", not "${quoted(name)}"`);
}

function missingPicture(body: Record<string, unknown>): AstrogateError {
  if (Object.hasOwn(body, partName)) return textPicture();
  return new AstrogateError('invalid_upload', `There is no file part "${partName}" with a file name`);
}
