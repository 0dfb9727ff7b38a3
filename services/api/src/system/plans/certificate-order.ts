// What is asked of a certificate job, and what is looked at before it begins and for a dry run. Changes nothing.
import { AstrogateError } from '@astrogate/proto';
import { z } from 'zod';
import type { CertificateFacts, PemPair } from '../certificate/facts.js';
import { invalidCertificate } from '../certificate/invalid.js';
import type { CertificateIssuer } from '../certificate/issuer.js';
import { covers, isServerName, toAlternativeName } from '../certificate/names.js';
import { problemsOf } from '../certificate/problems.js';
import { isOnlyCertificates, mostPemCharacters, readLeaf, readPair } from '../certificate/read-pair.js';
import { nameOf, type ServingPlace } from '../certificate/served.js';
import { currentVersion, readVersion } from '../certificate/versions.js';
import type { Gift } from '../plan.js';
import type { Cause, TargetClient } from '../target-client.js';
import { needTargets } from '../target-steps.js';

const byHand = z
  .boolean()
  .default(false)
  .describe('Where no solver reaches the server: wait for the operator, with the command to type, instead of refusing');

const restart = z.boolean().default(false).describe('Restart the server instead of letting it reload');

/** Persisted with the job. The key is not among it: see `certificateGift`. */
export const certificateParams = z.discriminatedUnion('from', [
  z.strictObject({
    from: z.literal('upload'),
    chain: z
      .string()
      .max(mostPemCharacters)
      .refine(isOnlyCertificates, 'certificates as PEM, and nothing between them')
      .describe("PEM, the server's own certificate first; the root may be left out"),
    ...{ restart, by_hand: byHand },
  }),
  z.strictObject({
    from: z.literal('issue'),
    names: z.array(z.string().max(253)).min(1).max(100).describe('Names and addresses of the server'),
    ...{ restart, by_hand: byHand },
  }),
]);

export type CertificateParams = z.output<typeof certificateParams>;

/** Of an upload. Kept in memory until the first step has written it. */
export const certificateGift = z.strictObject({
  private_key: z
    .string()
    .min(1)
    .max(mostPemCharacters)
    .meta({ writeOnly: true })
    .describe('PEM: PKCS #8, SEC 1 or PKCS #1, without a passphrase'),
});

export interface CertificateParts {
  /** Directory of the versions; the server reads `current/fullchain.pem` and `current/privkey.pem` in it. */
  readonly root: string;
  readonly issuer: CertificateIssuer;
  readonly targets: TargetClient;
  /** Target that ends TLS, such as "nginx". */
  readonly alias: string;
  readonly place: ServingPlace;
  readonly now: () => Date;
  /** How long the server may take to show the new certificate, milliseconds. */
  readonly patienceMs?: number;
}

export interface CertificateContext {
  readonly parts: CertificateParts;
  readonly params: CertificateParams;
  /** The job's id. */
  readonly version: string;
  readonly cause: Cause;
}

/** `restart` and `reload` mean the same to whoever waits for the new certificate. */
export const actOf = ({ params }: CertificateContext) => (params.restart ? 'restart' : 'reload');

/** Changes nothing. */
export async function lookAtCertificate(ctx: CertificateContext, gift: Gift | undefined): Promise<void> {
  const { parts, params } = ctx;
  if (params.from === 'issue') checkNames(ctx, params.names);
  else readChecked(ctx, params.chain, gift);
  await currentVersion(parts.root);
  if (!params.by_hand) await needServer(ctx);
}

/** What would happen, as lines for people. Throws what the preflight throws for a certificate that cannot be installed. */
export async function certificateDryRun(
  parts: CertificateParts,
  params: CertificateParams,
  gift: Gift | undefined,
): Promise<string[]> {
  const ctx: CertificateContext = { parts, params, version: '', cause: { actor: 'system', requestId: 'dry-run' } };
  const before = await currentVersion(parts.root);
  const old = before === undefined ? undefined : await leafOf(parts.root, before);
  return [
    params.from === 'issue' ? issuedLine(ctx, params.names) : uploadedLine(readChecked(ctx, params.chain, gift).leaf),
    old ? `It replaces ${nameFacts(old)}.` : 'There is none that it would replace.',
    `${parts.alias} is told to ${actOf(ctx)}; then ${nameOf(parts.place)} must show the new certificate.`,
    'When it does not, the one before is put back.',
  ];
}

function issuedLine(ctx: CertificateContext, names: readonly string[]): string {
  checkNames(ctx, names);
  return `A certificate for ${names.join(', ')} would be issued here.`;
}

const uploadedLine = (leaf: CertificateFacts) => `${nameFacts(leaf)} would be installed.`;

export function nameFacts({ names, serial, notAfter }: CertificateFacts): string {
  const of = names.map(({ value }) => value).join(', ');
  return `the certificate of ${of} with serial ${serial}, valid until ${notAfter.toISOString()}`;
}

export function readChecked(ctx: CertificateContext, chain: string, gift: Gift | undefined) {
  const key = gift?.private_key;
  if (typeof key !== 'string')
    throw new AstrogateError(
      'conflict',
      'The private key is not given, or is in the memory of no api any more; send it with its chain again',
    );
  return checked(ctx, chain, key);
}

export function checked(
  { parts }: CertificateContext,
  chain: string,
  key: string,
): { leaf: CertificateFacts; pem: PemPair } {
  const { facts, pem } = readPair(chain, key);
  const problems = problemsOf(facts, { hosts: [parts.place.serverName], now: parts.now() });
  if (problems.length > 0) throw invalidCertificate(problems);
  return { leaf: facts.chain[0], pem };
}

function checkNames({ parts }: CertificateContext, names: readonly string[]): void {
  const host = parts.place.serverName;
  const problems = [
    ...names.filter((name) => !isServerName(name)).map((name) => `"${name}" is no name of a server`),
    ...(covers(names.map(toAlternativeName), host) ? [] : [`it is not for ${host}`]),
  ];
  if (problems.length > 0) throw invalidCertificate(problems);
}

export async function leafOf(root: string, version: string): Promise<CertificateFacts> {
  return readLeaf((await readVersion(root, version)).chain);
}

export const contextOf = ({ parts: { targets }, cause }: CertificateContext) => ({ targets, cause });

/** Throws `engine_unavailable`, `target_absent`, `ambiguous_target`; `target_not_running` where it must read anew. */
async function needServer(ctx: CertificateContext): Promise<void> {
  const { targets, alias } = ctx.parts;
  await needTargets(contextOf(ctx), [alias]);
  const state = (await targets.list()).find((target) => target.alias === alias)?.state;
  if (actOf(ctx) === 'reload' && state !== 'running') throw new AstrogateError('target_not_running');
}
