// The admin job that installs a certificate for the server that ends TLS: written beside the one in use, switched to in one
// act, read by the server, looked at from outside. Whatever goes wrong until the new one is served leads back to the old one.
import { AstrogateError } from '@astrogate/proto';
import { z } from 'zod';
import type { CertificateFacts, PemPair } from '../certificate/facts.js';
import { invalidCertificate } from '../certificate/invalid.js';
import type { CertificateIssuer } from '../certificate/issuer.js';
import { covers, isServerName, toAlternativeName } from '../certificate/names.js';
import { problemsOf } from '../certificate/problems.js';
import { isOnlyCertificates, mostPemCharacters, readLeaf, readPair } from '../certificate/read-pair.js';
import { nameOf, type ServingPlace, servedCertificate, waitUntilServed } from '../certificate/served.js';
import {
  currentVersion,
  hasVersion,
  readVersion,
  removeVersion,
  switchTo,
  versions,
  writeVersion,
} from '../certificate/versions.js';
import type { Gift, Order, Plan, Step, StepContext, StepResult } from '../plan.js';
import type { Cause, TargetClient } from '../target-client.js';
import { commandFor, needsHand, needTargets, targetStep } from '../target-steps.js';

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

/** A reload takes a second; a restart tens of them on a busy machine. */
const usualPatienceMs = 60_000;
const applyName = 'apply';

interface Context {
  readonly parts: CertificateParts;
  readonly params: CertificateParams;
  /** The job's id. */
  readonly version: string;
  readonly cause: Cause;
}

/** `restart` and `reload` mean the same to whoever waits for the new certificate. */
const actOf = ({ params }: Context) => (params.restart ? 'restart' : 'reload');

export function certificatePlan(parts: CertificateParts): Plan<Context> {
  return {
    steps: [write, change, apply, probe, revoke, tidy],
    pointOfNoReturn: revoke.name,
    context: ({ jobId, params, actor, requestId }: Order) => ({
      ...{ parts, version: jobId, cause: { actor, requestId } },
      params: certificateParams.parse(params),
    }),
    preflight: look,
    foresee: async (ctx, gift) => {
      await look(ctx, gift);
      return certificateDryRun(parts, ctx.params, gift);
    },
  };
}

/** Changes nothing. */
async function look(ctx: Context, gift: Gift | undefined): Promise<void> {
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
  const ctx: Context = { parts, params, version: '', cause: { actor: 'system', requestId: 'dry-run' } };
  const before = await currentVersion(parts.root);
  const old = before === undefined ? undefined : await leafOf(parts.root, before);
  return [
    params.from === 'issue' ? issuedLine(ctx, params.names) : uploadedLine(readChecked(ctx, params.chain, gift).leaf),
    old ? `It replaces ${nameFacts(old)}.` : 'There is none that it would replace.',
    `${parts.alias} is told to ${actOf(ctx)}; then ${nameOf(parts.place)} must show the new certificate.`,
    'When it does not, the one before is put back.',
  ];
}

function issuedLine(ctx: Context, names: readonly string[]): string {
  checkNames(ctx, names);
  return `A certificate for ${names.join(', ')} would be issued here.`;
}

const uploadedLine = (leaf: CertificateFacts) => `${nameFacts(leaf)} would be installed.`;

function nameFacts({ names, serial, notAfter }: CertificateFacts): string {
  const of = names.map(({ value }) => value).join(', ');
  return `the certificate of ${of} with serial ${serial}, valid until ${notAfter.toISOString()}`;
}

/** The version is there whole, or not at all. */
const write: Step<Context> = {
  name: 'write',
  async run(ctx, step) {
    const { parts, params, version } = ctx;
    if (!(await hasVersion(parts.root, version))) {
      const pem = await newPair(ctx, step.gift);
      const names = params.from === 'issue' ? params.names : [];
      await writeVersion(parts.root, version, pem, { from: params.from, names });
    }
    const leaf = await leafOf(parts.root, version);
    await step.note(`wrote ${nameFacts(leaf)}`);
    return 'done';
  },
  async undo({ parts, version }) {
    await removeVersion(parts.root, version);
  },
};

/** The link `current` names the new version. Undoing it, the server shows the old one again. */
const change: Step<Context> = {
  name: 'switch',
  async run({ parts, version }, step) {
    const before = await currentVersion(parts.root);
    if (before !== version) {
      await step.keep('before', before ?? null);
      await switchTo(parts.root, version);
    }
    return 'done';
  },
  async undo(ctx, step) {
    const before = versionBefore(step);
    if (before === undefined) return 'done';
    await switchTo(ctx.parts.root, before ?? undefined);
    return before === null ? 'done' : serveAgain(ctx, step, before);
  },
};

/** The server reads what `current` names. When it cannot, nginx keeps the workers that it has; `probe` sees that. */
const apply: Step<Context> = {
  name: applyName,
  run: (ctx, step) => stepOf(ctx).run(contextOf(ctx), step),
  probe: async (ctx, step) => (await stepOf(ctx).probe?.(contextOf(ctx), step)) ?? false,
};

const probe: Step<Context> = {
  name: 'probe',
  async run({ parts, version }, step) {
    const { fingerprint } = await leafOf(parts.root, version);
    const served = await waitUntilServed(parts.place, fingerprint, patience(parts, step.signal));
    await step.note(`${nameOf(parts.place)} shows the certificate with serial ${served.serial}`);
    return 'done';
  },
};

/** Only now that nobody is shown the old one any more. */
const revoke: Step<Context> = {
  name: 'revoke',
  async run({ parts, version }, step) {
    const before = versionBefore(step) ?? undefined;
    if (before === undefined || before === version || !(await hasVersion(parts.root, before))) return 'done';
    const [old, now] = await Promise.all([leafOf(parts.root, before), leafOf(parts.root, version)]);
    const { serial, fingerprint } = old;
    // The same one, installed again.
    if (fingerprint === now.fingerprint) return 'done';
    await parts.issuer.revoke({ serial, fingerprint });
    await step.note(`the certificate with serial ${serial} is not served any more`);
    return 'done';
  },
};

/** The one before stays, whoever wants it back by hand; keys of older ones would only be there to be stolen. */
const tidy: Step<Context> = {
  name: 'tidy',
  async run({ parts, version }, step) {
    const kept = new Set([version, versionBefore(step), await currentVersion(parts.root)]);
    const old = (await versions(parts.root)).filter((one) => !kept.has(one));
    for (const one of old) await removeVersion(parts.root, one);
    await step.note(`${old.length} older ones removed; the one before stays`);
    return 'done';
  },
};

/** Undefined: nothing was switched. Null: there was none. */
function versionBefore({ kept }: StepContext): string | null | undefined {
  const { before } = kept;
  return before === null || typeof before === 'string' ? before : undefined;
}

/** Throws `certificate_invalid`; `conflict` when the key was lost with the api that had it. */
async function newPair(ctx: Context, gift: Gift | undefined): Promise<PemPair> {
  const { parts, params } = ctx;
  if (params.from === 'upload') return readChecked(ctx, params.chain, gift).pem;
  const issued = await parts.issuer.issue(params.names);
  return checked(ctx, issued.chain, issued.key).pem;
}

function readChecked(ctx: Context, chain: string, gift: Gift | undefined) {
  const key = gift?.private_key;
  if (typeof key !== 'string')
    throw new AstrogateError(
      'conflict',
      'The private key is not given, or is in the memory of no api any more; send it with its chain again',
    );
  return checked(ctx, chain, key);
}

function checked({ parts }: Context, chain: string, key: string): { leaf: CertificateFacts; pem: PemPair } {
  const { facts, pem } = readPair(chain, key);
  const problems = problemsOf(facts, { hosts: [parts.place.serverName], now: parts.now() });
  if (problems.length > 0) throw invalidCertificate(problems);
  return { leaf: facts.chain[0], pem };
}

function checkNames({ parts }: Context, names: readonly string[]): void {
  const host = parts.place.serverName;
  const problems = [
    ...names.filter((name) => !isServerName(name)).map((name) => `"${name}" is no name of a server`),
    ...(covers(names.map(toAlternativeName), host) ? [] : [`it is not for ${host}`]),
  ];
  if (problems.length > 0) throw invalidCertificate(problems);
}

async function leafOf(root: string, version: string): Promise<CertificateFacts> {
  return readLeaf((await readVersion(root, version)).chain);
}

const contextOf = ({ parts: { targets }, cause }: Context) => ({ targets, cause });

/** Throws `engine_unavailable`, `target_absent`, `ambiguous_target`; `target_not_running` where it must read anew. */
async function needServer(ctx: Context): Promise<void> {
  const { targets, alias } = ctx.parts;
  await needTargets(contextOf(ctx), [alias]);
  const state = (await targets.list()).find((target) => target.alias === alias)?.state;
  if (actOf(ctx) === 'reload' && state !== 'running') throw new AstrogateError('target_not_running');
}

function stepOf(ctx: Context) {
  const { parts, params, version } = ctx;
  return targetStep(actOf(ctx), parts.alias, {
    name: applyName,
    byHand: params.by_hand,
    isDone: async () => {
      const [{ fingerprint }, served] = await Promise.all([
        leafOf(parts.root, version),
        servedCertificate(parts.place),
      ]);
      return served.fingerprint === fingerprint;
    },
  });
}

function patience({ patienceMs = usualPatienceMs }: CertificateParts, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
}

/**
 * `before` is what `current` names again. A server that was never told anything serves it still; one that was told, or may
 * have been, is told again, even if it shows the old one just now: it may be reading the new one.
 */
async function serveAgain(ctx: Context, step: StepContext, before: string): Promise<StepResult> {
  const { parts, cause } = ctx;
  const { fingerprint } = await leafOf(parts.root, before);
  const isShown = async () => {
    const served = await servedCertificate(parts.place, step.signal).catch(() => undefined);
    return served?.fingerprint === fingerprint;
  };
  const wasTold = step.kept[`${applyName}-before`] !== undefined;
  const isBack = async () => {
    await step.note('the certificate before is served');
    return 'done' as const;
  };
  if (!wasTold && (await isShown())) return isBack();
  try {
    await parts.targets.act(actOf(ctx), parts.alias, cause, { signal: step.signal });
  } catch (error) {
    // The operator may have done it.
    if (step.told && (await isShown())) return isBack();
    const { code, message } = AstrogateError.from(error);
    if (!needsHand.has(code)) throw error;
    return { wait: 'operator', commands: [commandFor(actOf(ctx), parts.alias)], why: message };
  }
  await waitUntilServed(parts.place, fingerprint, patience(parts, step.signal));
  return isBack();
}
