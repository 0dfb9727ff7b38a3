// Snapshots of the contract server: the same outer form as Vault's (gzip, tar, the four members), but nothing is sealed.
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { ContractState } from './contract-state.js';

export function packSnapshot(state: ContractState): Buffer {
  // Incompressible filling, so that a connection can be cut in the middle of it.
  const filling = createHash('shake256', { outputLength: 64 * 1024 })
    .update(JSON.stringify(state))
    .digest('base64');
  const bin = Buffer.from(JSON.stringify({ ...state, filling }));
  const sums = Buffer.from(`${createHash('sha256').update(bin).digest('hex')}  state.bin\n`);
  return packMembers({ 'meta.json': Buffer.from('{}'), 'state.bin': bin, SHA256SUMS: sums, 'SHA256SUMS.sealed': sums });
}

/** A snapshot with these members. */
export function packMembers(members: Record<string, Buffer>): Buffer {
  const parts = Object.entries(members).flatMap(([name, content]) => [header(name, content.length), padded(content)]);
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(1024)]));
}

/** Throws Error when it is damaged, as Vault does. */
export function unpackSnapshot(bytes: Buffer): ContractState {
  const tar = gunzipSync(bytes);
  const members = new Map<string, Buffer>();
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const name = tar.toString('latin1', at, at + 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    members.set(name, tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  const bin = members.get('state.bin');
  if (bin === undefined) throw new Error('no state.bin');
  const sum = createHash('sha256').update(bin).digest('hex');
  if (!members.get('SHA256SUMS')?.toString().startsWith(sum)) throw new Error('hash check failed');
  const { filling: _, ...state } = JSON.parse(bin.toString());
  return state;
}

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write('0000600\0', 100);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('        ', 148);
  block.write('0ustar\0', 156);
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return block;
}

const padded = (content: Buffer): Buffer =>
  Buffer.concat([content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
