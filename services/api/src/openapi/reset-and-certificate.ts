// The part of the OpenAPI document about the reset and the system certificate.
import type { ErrorCode } from '@astrogate/proto';
import { certificateAnswer, certificateFields } from '../http/certificate-routes.js';
import { resetFields } from '../http/reset-route.js';
import { begins, begunJob, body, dryRun, known, onceKey, proof } from './backups.js';
import { errorAnswers, type Json, jsonAnswer, jsonSchema } from './describe.js';

export const resetAndCertificateSchemas: Json = { SystemCertificate: jsonSchema(certificateAnswer) };

const targets: readonly ErrorCode[] = ['engine_unavailable', 'target_absent', 'ambiguous_target'];

export const resetAndCertificatePaths: Json = {
  '/api/v1/system/reset': {
    post: {
      summary:
        'Empty the system: begins an admin job; asks for the password again and for "reset data" or "reset full"',
      description:
        'Everything it depends on is looked at first. A backup is made unless safety_backup is false. No job is accepted ' +
        'until the rows are gone. A full reset is for superusers; they stay, and sign in again. Where there is a Vault it is ' +
        'emptied and restarted, and wants unseal_keys, or keys_later.',
      parameters: [dryRun, onceKey],
      requestBody: body(jsonSchema(resetFields), true),
      responses: {
        ...begunJob,
        ...errorAnswers(['conflict', 'unseal_failed', ...targets, ...proof, ...known, ...begins]),
      },
    },
  },
  '/api/v1/system/certificate': {
    get: {
      summary: 'The certificate that is installed, and whether the server shows it',
      responses: {
        200: jsonAnswer('The certificate', 'SystemCertificate'),
        ...errorAnswers(['invalid_request', 'not_found', 'conflict', ...known]),
      },
    },
    post: {
      summary: 'Install a certificate: begins an admin job; asks for the password again',
      description:
        'It is switched to only when it is right, and the one before comes back when the server does not show the new one.',
      parameters: [dryRun, onceKey],
      requestBody: body(jsonSchema(certificateFields), true),
      responses: {
        ...begunJob,
        ...errorAnswers([
          ...(['certificate_invalid', 'conflict', 'target_not_running', 'payload_too_large'] as const),
          ...[...targets, ...proof, ...known, ...begins],
        ]),
      },
    },
  },
};
