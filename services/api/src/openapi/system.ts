// The part of the OpenAPI document about admin jobs.
import { systemJobList, systemJobSchema } from '../http/system-job-view.js';
import { capabilitiesAnswer, continueFields } from '../http/system-routes.js';
import { errorAnswers, type Json, jsonAnswer, jsonSchema } from './describe.js';

const id = { name: 'id', in: 'path', required: true, schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' } };

export const systemSchemas: Json = {
  SystemJob: jsonSchema(systemJobSchema),
  SystemJobList: jsonSchema(systemJobList),
  SystemCapabilities: jsonSchema(capabilitiesAnswer),
};

export const systemPaths: Json = {
  '/api/v1/system/capabilities': {
    get: {
      summary: 'Whether there is an engine, which targets there are, and how Vault is',
      responses: { 200: jsonAnswer('What can be done now', 'SystemCapabilities') },
    },
  },
  '/api/v1/system/jobs': {
    get: {
      summary: 'The newest admin jobs',
      responses: { 200: jsonAnswer('At most 100', 'SystemJobList'), ...errorAnswers(['storage_unavailable']) },
    },
  },
  '/api/v1/system/jobs/{id}': {
    get: {
      summary: 'Look at an admin job, or follow it with Accept: text/event-stream',
      description: 'Events are `status` and, last, `ended`; each has the whole job. Last-Event-ID is understood.',
      parameters: [id],
      responses: {
        200: {
          description: 'The job, or its events',
          content: {
            'application/json': { schema: { $ref: '#/components/schemas/SystemJob' } },
            'text/event-stream': { schema: { type: 'string' } },
          },
        },
        204: { description: 'The job has ended, and Last-Event-ID is its last event' },
        ...errorAnswers([
          'not_found',
          'not_acceptable',
          'too_many_streams',
          'streams_exhausted',
          'storage_unavailable',
        ]),
      },
    },
    delete: {
      summary: 'Cancel an admin job: what it has done is undone',
      parameters: [id],
      responses: {
        202: jsonAnswer('The job goes back', 'SystemJob'),
        ...errorAnswers(['not_found', 'conflict', 'storage_unavailable']),
      },
    },
  },
  '/api/v1/system/jobs/{id}/continue': {
    post: {
      summary: 'Tell a job that waits for the operator to go on, and give it what it asks for',
      parameters: [id],
      requestBody: { required: false, content: { 'application/json': { schema: jsonSchema(continueFields) } } },
      responses: {
        202: jsonAnswer('The job goes on', 'SystemJob'),
        ...errorAnswers(['invalid_request', 'not_found', 'payload_too_large', 'conflict', 'storage_unavailable']),
      },
    },
  },
};
