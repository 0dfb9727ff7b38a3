// The OpenAPI 3.1 document. Schemas are those that validate and type the answers; only words are added here.
import type { ErrorCode } from '@astrogate/proto';
import { analyseAnswer } from '../http/drop-in-analyse-route.js';
import { dropInSolveAnswer } from '../http/drop-in-solve-route.js';
import { aliveAnswer, healthAnswer } from '../http/health-routes.js';
import { analyseFields, dropInSolveFields, solveFields } from '../http/hint-fields.js';
import { jobSchema } from '../http/job-view.js';
import { listAnswer } from '../http/list-route.js';
import { longestWaitSeconds } from '../http/prefer.js';
import { problemSchema } from '../http/problem.js';
import { capacityAnswer, indexesAnswer } from '../http/solver-routes.js';
import { version } from '../version.js';
import { webhookEvent } from '../webhooks/event.js';
import { accountPaths, accountSchemas, securitySchemes } from './accounts.js';
import { auditPaths, auditSchemas, withLimits } from './audit.js';
import { backupPaths, backupSchemas } from './backups.js';
import { errorAnswers, type Json, jsonAnswer, jsonSchema, pictureForm } from './describe.js';
import { resetAndCertificatePaths, resetAndCertificateSchemas } from './reset-and-certificate.js';
import { systemPaths, systemSchemas } from './system.js';
import { eventSchemas, followOperation, listOperation, makingHeaders } from './watching.js';

const uploadCodes: readonly ErrorCode[] = [
  'invalid_request',
  'invalid_upload',
  'upload_aborted',
  'upload_timeout',
  'upload_too_large',
  'unsupported_format',
  'draining',
  'storage_unavailable',
  'storage_full',
  'internal',
];
const attemptCodes: readonly ErrorCode[] = [
  'image_unreadable',
  'image_too_large',
  'image_too_small',
  'memory_limit',
  'output_limit',
  'solver_failed',
  'cancelled',
  'timeout',
  'solver_unavailable',
  'sandbox_unavailable',
  'upload_lost',
];

const jobId = { name: 'id', in: 'path', required: true, schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' } };
const prefer = {
  name: 'Prefer',
  in: 'header',
  schema: { type: 'string', example: 'wait=30' },
  description: `\`wait=SECONDS\`, at most ${longestWaitSeconds}: answer when the job has ended or after that time`,
};
const aboutHints =
  'Scale, position and parity are hints: they are tried first, and a blind search follows, so that a wrong one loses ' +
  "nothing. What the picture's header says and the caller's last solutions are tried in the same way. Binning, depth, " +
  'order of the distortion and time limit hold for everything that is tried.';
const binary = (type: string) => ({ [type]: { schema: { type: 'string', format: 'binary' } } });
const text = (type: string, description: string) => ({
  description,
  content: { [type]: { schema: { type: 'string' } } },
});

/** `jobSeconds`: longest time of an attempt that the service allows. */
export function openApiDocument(jobSeconds: number): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Astrogate',
      version,
      description:
        'Plate solving: upload a picture of the sky, get back where it points. Angles are J2000/ICRS degrees.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    // What may be done without is up to the configuration.
    security: [{ bearer: [] }, {}],
    paths: withLimits(
      structuredClone({
        ...{ ...solvePaths(jobSeconds), ...dropInPaths, ...accountPaths, ...auditPaths },
        ...{ ...backupPaths, ...resetAndCertificatePaths, ...systemPaths, ...servicePaths },
      }),
    ),
    webhooks,
    components: {
      securitySchemes,
      schemas: {
        Job: jsonSchema(jobSchema),
        JobList: jsonSchema(listAnswer),
        ...eventSchemas,
        ...accountSchemas,
        ...auditSchemas,
        ...backupSchemas,
        ...resetAndCertificateSchemas,
        ...systemSchemas,
        WebhookEvent: jsonSchema(webhookEvent),
        Problem: jsonSchema(problemSchema),
        Indexes: jsonSchema(indexesAnswer),
        Capacity: jsonSchema(capacityAnswer),
        SolveAnswer: jsonSchema(dropInSolveAnswer),
        AnalyseAnswer: jsonSchema(analyseAnswer),
        Health: jsonSchema(healthAnswer),
        Alive: jsonSchema(aliveAnswer),
      },
    },
  };
}

function solvePaths(jobSeconds: number): Json {
  return {
    '/api/v1/solves': {
      get: listOperation,
      post: {
        summary: 'Make a solve job',
        description: aboutHints,
        parameters: [prefer, ...makingHeaders],
        requestBody: pictureForm(solveFields(jobSeconds)),
        responses: {
          200: jsonAnswer(
            'The job has ended within the preferred wait; a failed or unsolved job is a job as well',
            'Job',
          ),
          202: jsonAnswer('The job is queued or runs; header Location says where to look', 'Job'),
          ...errorAnswers([...uploadCodes, 'busy', 'idempotency_mismatch']),
        },
      },
    },
    '/api/v1/solves/{id}': {
      get: {
        summary: 'Look at a job',
        parameters: [jobId],
        responses: { 200: jsonAnswer('The job', 'Job'), ...errorAnswers(['not_found']) },
      },
      delete: {
        summary: 'Cancel a job if it has not ended, and forget it and its files',
        parameters: [jobId],
        responses: { 204: { description: 'It is gone' }, ...errorAnswers(['not_found']) },
      },
    },
    '/api/v1/solves/{id}/cancel': {
      post: {
        summary: 'Cancel a job; one that has ended stays as it is',
        parameters: [jobId],
        responses: { 200: jsonAnswer('The job as it is now', 'Job'), ...errorAnswers(['not_found']) },
      },
    },
    '/api/v1/solves/{id}/events': { get: followOperation },
    '/api/v1/solves/{id}/files/wcs': {
      get: {
        summary: 'The WCS as a FITS header file',
        parameters: [jobId],
        responses: {
          200: { description: 'FITS header cards', content: binary('application/fits') },
          ...errorAnswers(['not_found', 'no_solution', 'not_acceptable']),
        },
      },
    },
  };
}

const webhooks: Json = {
  'job.ended': {
    post: {
      summary: 'What is sent to `webhook_url` when a job has ended',
      description:
        'Signed as Standard Webhooks has it (headers `webhook-id`, `webhook-timestamp`, `webhook-signature`), sent at ' +
        'least once, and again for about nine hours while it fails.',
      requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/WebhookEvent' } } } },
      responses: { '2XX': { description: 'It was taken' }, 410: { description: 'It is wanted no more' } },
    },
  },
};

const dropInPaths: Json = {
  '/solve': {
    post: {
      summary: 'Solve a picture and wait for the answer; leaving cancels it',
      description: aboutHints,
      requestBody: pictureForm(dropInSolveFields),
      responses: {
        200: jsonAnswer('Solved, or not: see `solved`', 'SolveAnswer'),
        ...errorAnswers([...uploadCodes, ...attemptCodes, 'busy'], 'SolveAnswer'),
      },
    },
  },
  '/analyse': {
    post: {
      summary: 'Field of view and scale bounds from EXIF or a FITS header, without solving',
      requestBody: pictureForm(analyseFields),
      responses: {
        200: jsonAnswer('What the picture says about itself: see `success`', 'AnalyseAnswer'),
        ...errorAnswers(uploadCodes, 'AnalyseAnswer'),
      },
    },
  },
};

const servicePaths: Json = {
  '/api/v1/indexes': {
    get: {
      summary: 'Star indexes that the solver has',
      responses: { 200: jsonAnswer('The indexes', 'Indexes'), ...errorAnswers(['solver_unavailable', 'timeout']) },
    },
  },
  '/api/v1/capacity': {
    get: {
      summary: 'How busy the service is',
      responses: {
        200: jsonAnswer('Slots and queues', 'Capacity'),
        ...errorAnswers(['solver_unavailable', 'timeout']),
      },
    },
  },
  '/api/v1/openapi.json': {
    get: {
      summary: 'This document',
      responses: {
        200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } },
      },
    },
  },
  '/api/v1/docs': {
    get: { summary: 'A page to read and try this', responses: { 200: text('text/html', 'The page') } },
  },
  '/api/v1/docs/{file}': {
    get: {
      summary: 'Scripts and styles of that page',
      parameters: [{ name: 'file', in: 'path', required: true, schema: { type: 'string' } }],
      responses: { 200: text('text/javascript', 'The file'), ...errorAnswers(['not_found']) },
    },
  },
  '/health': { get: { summary: 'Health, uptime and version', responses: { 200: jsonAnswer('Healthy', 'Health') } } },
  '/healthz': { get: { summary: 'The process is alive', responses: { 200: jsonAnswer('Alive', 'Alive') } } },
  '/readyz': {
    get: {
      summary: 'A job that came now would be run',
      responses: {
        200: jsonAnswer('Ready', 'Alive'),
        ...errorAnswers(['draining', 'solver_unavailable', 'sandbox_unavailable', 'timeout', 'internal']),
      },
    },
  },
};
