// The parts of the OpenAPI document about the audit log and about limits.
import { type ErrorCode, errorTable } from '@astrogate/proto';
import { allowedOf, auditParameters } from '../http/audit-query.js';
import { auditAnswer } from '../http/audit-routes.js';
import { errorAnswers, type Json, jsonAnswer, jsonSchema } from './describe.js';

export const auditSchemas: Json = { AuditPage: jsonSchema(auditAnswer) };

export const auditPaths: Json = {
  '/api/v1/audit': {
    get: {
      summary: 'The audit log, newest first; for admins',
      parameters: auditParameters.map((name) => ({
        ...{ name, in: 'query', schema: { type: 'string' } },
        description: allowedOf(name),
      })),
      responses: {
        200: jsonAnswer('A page; header Link has the URL of the next one', 'AuditPage'),
        ...errorAnswers(['invalid_request', 'unauthenticated', 'forbidden', 'storage_unavailable']),
      },
    },
  },
  '/api/v1/audit/export': {
    get: {
      summary: 'The whole audit log, oldest first, one JSON object per line; for admins',
      description: 'From these lines anybody can check the chain: see docs/audit.md, or `astrogate audit verify`.',
      responses: {
        200: { description: 'Rows as in AuditPage', content: { 'application/jsonl': { schema: { type: 'string' } } } },
        ...errorAnswers(['unauthenticated', 'forbidden', 'storage_unavailable']),
      },
    },
  },
};

type Operation = { responses: Record<string, { description: string; headers?: Json; content?: Json }> };

/** Routes that make jobs also have the quota of the day. */
const jobPaths: ReadonlySet<string> = new Set(['/api/v1/solves', '/solve']);
const dropInAnswers: Readonly<Record<string, string>> = { '/solve': 'SolveAnswer', '/analyse': 'AnalyseAnswer' };

/** `paths` with what every operation can also answer: that it was asked for too often. */
export function withLimits(paths: Json): Json {
  for (const [path, methods] of Object.entries(paths))
    for (const [method, operation] of Object.entries(methods as Record<string, Operation>)) {
      const codes: ErrorCode[] = ['rate_limited'];
      if (method === 'post' && jobPaths.has(path)) codes.push('quota_exceeded');
      operation.responses[429] = limitAnswer(codes, operation.responses[429], dropInAnswers[path]);
    }
  return paths;
}

function limitAnswer(codes: ErrorCode[], other: Operation['responses'][string] | undefined, shape = 'Problem') {
  const answer = errorAnswers(codes, shape)[429] as Operation['responses'][string];
  const description = [other?.description, ...codes.map((code) => `${code}: ${errorTable[code].title}`)];
  const header = (text: string, type = 'string') => ({ description: text, schema: { type } });
  return {
    ...answer,
    description: description.filter((text) => text !== undefined).join('; '),
    headers: {
      'Retry-After': header('Seconds', 'integer'),
      'RateLimit-Policy': header('`"NAME";q=COUNT;w=SECONDS`, on every answer'),
      RateLimit: header('`"NAME";r=REMAINING;t=SECONDS`, on every answer'),
    },
  };
}
