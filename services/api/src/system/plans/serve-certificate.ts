// Has the server that ends TLS read its certificate, and looks whether it shows it.
import { AstrogateError } from '@astrogate/proto';
import { servedCertificate, waitUntilServed } from '../certificate/served.js';
import type { StepContext, StepResult } from '../plan.js';
import { commandFor, needsHand, targetStep } from '../target-steps.js';
import { actOf, type CertificateContext, type CertificateParts, leafOf } from './certificate-order.js';

/** A reload takes a second; a restart tens of them on a busy machine. */
const usualPatienceMs = 60_000;

export const applyName = 'apply';

export function applyStep(ctx: CertificateContext) {
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

export function patience({ patienceMs = usualPatienceMs }: CertificateParts, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
}

/**
 * `before` is what `current` names again. A server that was never told anything serves it still; one that was told, or may
 * have been, is told again, even if it shows the old one just now: it may be reading the new one.
 */
export async function serveAgain(ctx: CertificateContext, step: StepContext, before: string): Promise<StepResult> {
  const { parts, cause } = ctx;
  const { fingerprint } = await leafOf(parts.root, before);
  const isShown = async () => {
    const served = await servedCertificate(parts.place, step.signal).catch(() => undefined);
    return served?.fingerprint === fingerprint;
  };
  const wasTold = step.kept[`${applyName}-before`] !== undefined;
  const isBack = async (how: 'was served all the time' | 'is served again') => {
    await step.note(`the certificate before ${how}`);
    return 'done' as const;
  };
  if (!wasTold && (await isShown())) return isBack('was served all the time');
  try {
    await parts.targets.act(actOf(ctx), parts.alias, cause, { signal: step.signal });
  } catch (error) {
    // The operator may have done it.
    if (step.told && (await isShown())) return isBack('is served again');
    const { code, message } = AstrogateError.from(error);
    if (!needsHand.has(code)) throw error;
    return { wait: 'operator', commands: [commandFor(actOf(ctx), parts.alias)], why: message };
  }
  await waitUntilServed(parts.place, fingerprint, patience(parts, step.signal));
  return isBack('is served again');
}
