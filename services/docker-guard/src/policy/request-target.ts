// What the target of a request must look like before it is compared with anything.
import { Denied } from '../denied.js';

/**
 * Throws Denied unless `target` (the second word of the request line) is in origin form and normal: plain characters, no
 * empty and no dot segment, at most one "?". Percent signs are left to the calls that have one in their exact text.
 */
export function checkTarget(target: string): void {
  if (!target.startsWith('/')) throw new Denied('the target is not in origin form');
  if (!/^[A-Za-z0-9._/?&=%-]+$/.test(target)) throw new Denied('the target has unusual characters');
  const [path = '', ...queries] = target.split('?');
  if (queries.length > 1) throw new Denied('the target has two queries');
  const segments = path.split('/').slice(1);
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw new Denied('the path is not in normal form');
  }
}
