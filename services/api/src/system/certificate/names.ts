// Names of servers in certificates: which have the right form, and which are meant by which. Pure.
import { isIP } from 'node:net';
import type { AlternativeName } from './facts.js';

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
const longestName = 253;

/** RFC 1123 labels; a wildcard is the whole first label and has two others behind it (RFC 6125, 6.4.3). */
export function isDnsName(name: string): boolean {
  const labels = name.split('.');
  const rest = labels[0] === '*' ? labels.slice(1) : labels;
  if (name.length > longestName || (rest !== labels && rest.length < 2)) return false;
  // A last label of digits alone is that of an address.
  return rest.every((one) => label.test(one)) && !/^\d+$/.test(rest.at(-1) as string);
}

export function isServerName(name: string): boolean {
  return isIP(name) !== 0 || isDnsName(name);
}

export const toAlternativeName = (value: string): AlternativeName => ({ type: isIP(value) ? 'ip' : 'dns', value });

/** Whether a browser that was sent to `host` takes a certificate with these names. A wildcard stands for one label. */
export function covers(names: readonly AlternativeName[], host: string): boolean {
  const wanted = host.toLowerCase();
  if (isIP(host)) return names.some(({ type, value }) => type === 'ip' && sameAddress(value, wanted));
  const parent = wanted.slice(wanted.indexOf('.') + 1);
  return names.some(({ type, value }) => {
    const name = value.toLowerCase();
    return type === 'dns' && (name === wanted || (wanted.includes('.') && name === `*.${parent}`));
  });
}

/** IPv6 has many spellings; URL knows one. */
function sameAddress(one: string, other: string): boolean {
  const canonical = (address: string) =>
    isIP(address) === 6 ? new URL(`http://[${address}]`).hostname : address.toLowerCase();
  return canonical(one) === canonical(other);
}
