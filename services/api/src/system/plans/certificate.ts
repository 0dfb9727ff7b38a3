// The admin job that installs a certificate for the server that ends TLS: written beside the one in use, switched to in one
// act, read by the server, looked at from outside. Whatever goes wrong until the new one is served leads back to the old one.
import type { PemPair } from '../certificate/facts.js';
import { nameOf, waitUntilServed } from '../certificate/served.js';
import {
  currentVersion,
  hasVersion,
  removeVersion,
  switchTo,
  versions,
  writeVersion,
} from '../certificate/versions.js';
import type { Gift, Order, Plan, Step, StepContext } from '../plan.js';
import {
  type CertificateContext,
  type CertificateParts,
  certificateDryRun,
  certificateParams,
  checked,
  contextOf,
  leafOf,
  lookAtCertificate,
  nameFacts,
  readChecked,
} from './certificate-order.js';
import { applyName, applyStep, patience, serveAgain } from './serve-certificate.js';

export function certificatePlan(parts: CertificateParts): Plan<CertificateContext> {
  return {
    steps: [write, change, apply, probe, revoke, tidy],
    pointOfNoReturn: revoke.name,
    context: ({ jobId, params, actor, requestId }: Order) => ({
      ...{ parts, version: jobId, cause: { actor, requestId } },
      params: certificateParams.parse(params),
    }),
    preflight: lookAtCertificate,
    foresee: async (ctx, gift) => {
      await lookAtCertificate(ctx, gift);
      return certificateDryRun(parts, ctx.params, gift);
    },
  };
}

/** The version is there whole, or not at all. */
const write: Step<CertificateContext> = {
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
const change: Step<CertificateContext> = {
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
const apply: Step<CertificateContext> = {
  name: applyName,
  run: (ctx, step) => applyStep(ctx).run(contextOf(ctx), step),
  probe: async (ctx, step) => (await applyStep(ctx).probe?.(contextOf(ctx), step)) ?? false,
};

const probe: Step<CertificateContext> = {
  name: 'probe',
  async run({ parts, version }, step) {
    const { fingerprint } = await leafOf(parts.root, version);
    const served = await waitUntilServed(parts.place, fingerprint, patience(parts, step.signal));
    await step.note(`${nameOf(parts.place)} shows the certificate with serial ${served.serial}`);
    return 'done';
  },
};

/** Only now that nobody is shown the old one any more. */
const revoke: Step<CertificateContext> = {
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
const tidy: Step<CertificateContext> = {
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
async function newPair(ctx: CertificateContext, gift: Gift | undefined): Promise<PemPair> {
  const { parts, params } = ctx;
  if (params.from === 'upload') return readChecked(ctx, params.chain, gift).pem;
  const issued = await parts.issuer.issue(params.names);
  return checked(ctx, issued.chain, issued.key).pem;
}
