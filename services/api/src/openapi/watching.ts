// The parts of the OpenAPI document about lists, event streams and requests that are sent twice.
import { ownerHeader } from '../http/caller-keys.js';
import { eventData } from '../http/job-event.js';
import { mostPerPage } from '../http/list-query.js';
import { jobStatuses } from '../jobs/job.js';
import { errorAnswers, type Json, jsonAnswer, jsonSchema } from './describe.js';

const ownerSecret = { type: 'string', pattern: '^[A-Za-z0-9_-]{32,128}$' };

/** On requests that make a job. */
export const makingHeaders = [
  {
    name: 'Idempotency-Key',
    in: 'header',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
    description:
      'Names this request: sent again within 24 hours with the same key, picture and fields, it answers the same job, ' +
      'with `Idempotency-Replayed: true`. A key belongs to its caller and goes with its job.',
  },
  {
    name: ownerHeader,
    in: 'header',
    schema: ownerSecret,
    description:
      'A secret that a caller without an account makes up: whoever sends it can list the jobs that were made with it',
  },
];

export const listOperation: Json = {
  summary:
    'List the own jobs, newest first: those of the account, or without one those made with the same owner secret',
  parameters: [
    {
      name: ownerHeader,
      in: 'header',
      schema: ownerSecret,
      description: 'Needed without an account, and ignored with one',
    },
    query('status', { type: 'string' }, `Any of ${jobStatuses.join(', ')}; several with commas between them`),
    query('created_after', { type: 'string', format: 'date-time' }, 'Only jobs made later'),
    query('created_before', { type: 'string', format: 'date-time' }, 'Only jobs made earlier'),
    query('limit', { type: 'integer', minimum: 1, maximum: mostPerPage, default: 20 }, 'Jobs per page'),
    query('cursor', { type: 'string' }, '`next` of the page before'),
  ],
  responses: {
    200: jsonAnswer('A page; header Link has the URL of the next one', 'JobList'),
    ...errorAnswers(['invalid_request', 'unauthenticated', 'storage_unavailable']),
  },
};

function query(name: string, schema: Json, description: string): Json {
  return { name, in: 'query', schema, description };
}

export const followOperation: Json = {
  summary: 'Follow a job: server-sent events from its beginning, or after Last-Event-ID, to its end',
  parameters: [
    {
      name: 'id',
      in: 'path',
      required: true,
      schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
    },
    {
      name: 'Last-Event-ID',
      in: 'header',
      schema: { type: 'integer' },
      description: 'The last event that the client has',
    },
  ],
  responses: {
    200: {
      description:
        'Events of the types `status`, `progress` and, as the last one, `ended`. Their data are JSON: ' +
        'EventStatus, EventProgress, EventEnded. The stream ends with the job, when the job is deleted, and when the ' +
        'service is stopped; a client without `ended` comes back.',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    },
    204: { description: 'The client has all events and the job has ended: there is nothing to come back for' },
    ...errorAnswers(['not_found', 'not_acceptable', 'too_many_streams', 'streams_exhausted', 'storage_unavailable']),
  },
};

export const eventSchemas: Json = {
  EventStatus: jsonSchema(eventData.status),
  EventProgress: jsonSchema(eventData.progress),
  EventEnded: jsonSchema(eventData.ended),
};
