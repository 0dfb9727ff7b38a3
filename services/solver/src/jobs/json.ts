// Reads JSON that a sandbox wrote. Nothing in it is believed before a schema has passed it.
import { AstrogateError } from '@astrogate/proto';
import type { z } from 'zod';

/** The deepest outcome has 5 levels. */
const maxDepth = 8;

/** Parses and checks; AstrogateError `solver_failed` for anything that is not UTF-8, not JSON, too deep, or refused. */
export function readJson<T extends z.ZodType>(bytes: Buffer, schema: T): z.infer<T> {
  try {
    if (depth(bytes) > maxDepth) throw new RangeError('nested too deeply');
    return schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (error) {
    throw new AstrogateError('solver_failed', undefined, { cause: error });
  }
}

/** How deeply brackets outside of strings are nested. */
function depth(bytes: Buffer): number {
  let now = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (inString) {
      if (byte === backslash) at += 1;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === openBrace || byte === openBracket) deepest = Math.max(deepest, ++now);
    else if (byte === closeBrace || byte === closeBracket) now -= 1;
  }
  return deepest;
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = Buffer.from('"\\{}[]');
