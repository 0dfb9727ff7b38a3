// The closed list of what may be in an archive. Pure.
import { isUploadName } from '../spool/spool.js';
import { archivedTables } from './table-list.js';

export type MemberName =
  | { readonly part: 'database'; readonly table: string }
  | { readonly part: 'files'; readonly key: string }
  | { readonly part: 'vault' };

/** The last member of an archive, which names all others. */
export const manifestName = 'manifest.json';
export const vaultName = 'vault/snapshot';
export const tableMember = (table: string) => `database/${table}.ndjson`;
export const fileMember = (key: string) => `files/${key}`;

/** Undefined for anything that is not allowed. */
export function parseMemberName(name: string): MemberName | undefined {
  if (name === vaultName) return { part: 'vault' };
  const table = archivedTables.find((candidate) => tableMember(candidate) === name);
  if (table !== undefined) return { part: 'database', table };
  const key = name.startsWith('files/') ? name.slice('files/'.length) : '';
  return isUploadName(key) ? { part: 'files', key } : undefined;
}
