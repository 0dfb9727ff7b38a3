// Small pieces that the OpenAPI document is made of.
import { type ErrorCode, errorTable } from '@astrogate/proto';
import { z } from 'zod';

export type Json = Record<string, unknown>;

/** JSON Schema of what `schema` takes (`input`) or of what an answer holds. */
export function jsonSchema(schema: z.ZodType): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input' });
  return json;
}

/** A multipart form with the picture and the fields of `schema`. */
export function pictureForm(schema: z.ZodObject): Json {
  const fields = jsonSchema(schema);
  const image = {
    type: 'string',
    format: 'binary',
    description: 'JPEG, PNG, TIFF, FITS, PGM, PPM, or gzip of these; camera raw where it is switched on',
  };
  const properties = { image, ...(fields.properties as Json) };
  return {
    required: true,
    content: { 'multipart/form-data': { schema: { ...fields, properties, required: ['image'] } } },
  };
}

export function jsonAnswer(description: string, name: string): Json {
  return { description, content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } } };
}

/** One answer per HTTP status of `codes`, in the shape `name`. */
export function errorAnswers(codes: readonly ErrorCode[], name = 'Problem'): Json {
  const type = name === 'Problem' ? 'application/problem+json' : 'application/json';
  const byStatus = Map.groupBy(codes, (code) => errorTable[code].http);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      String(status),
      {
        description: group.map((code) => `${code}: ${errorTable[code].title}`).join('; '),
        content: { [type]: { schema: { $ref: `#/components/schemas/${name}` } } },
      },
    ]),
  );
}
