// The certificate of the server that ends TLS: how it is, and the admin job that installs another.
import { AstrogateError } from '@astrogate/proto';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { ApiContext } from '../context.js';
import { type InstalledCertificate, installedCertificate } from '../system/certificate/installed.js';
import { type CertificateParts, certificateGift, certificateParams } from '../system/plans/certificate-order.js';
import { proofFields } from './account-fields.js';
import { bodyOf, readJsonUpTo } from './json-body.js';
import { isDryRun, order, proven, systemOf } from './order-job.js';

/** A chain and a key, each of 64 KiB at most, with their line ends as JSON spells them, and the rest. */
export const mostCertificateBytes = 160 * 1024;

const [uploadParams, issueParams] = certificateParams.options;

/** Either a chain with its key, or names; which of both `from` says. */
export const certificateFields = z.strictObject({
  ...proofFields.shape,
  from: z.enum(['upload', 'issue']).describe('upload: chain and private_key are given; issue: made here'),
  chain: uploadParams.shape.chain.optional(),
  private_key: certificateGift.shape.private_key.optional(),
  names: issueParams.shape.names.optional(),
  restart: uploadParams.shape.restart,
  by_hand: uploadParams.shape.by_hand,
});
/** What is asked for without being done needs no proof. */
export const tryCertificateFields = z.strictObject({
  ...certificateFields.partial().shape,
  from: certificateFields.shape.from,
});

const moment = z.iso.datetime();
export const certificateAnswer = z.object({
  names: z.array(z.string()),
  serial: z.string(),
  fingerprint: z.string().describe('SHA-256, in hex'),
  valid_from: moment,
  valid_to: moment,
  days_left: z.number().describe('Negative: it has expired'),
  from: z.enum(['upload', 'issue']).describe('issue: Astrogate made it and renews it; upload: its owner has to'),
  served: z.boolean().nullable().describe('Whether the server shows it; null: nothing there speaks TLS'),
});

export function showCertificate(ctx: ApiContext): RequestHandler {
  return async (_request, response) => {
    const installed = await installedCertificate(partsOf(ctx));
    response.set('Cache-Control', 'no-store').json(toView(installed));
  };
}

export function installCertificate(ctx: ApiContext): RequestHandler[] {
  return [
    readJsonUpTo(mostCertificateBytes),
    async (request, response) => {
      const { place, names } = partsOf(ctx);
      const fields = isDryRun(request)
        ? bodyOf(tryCertificateFields, request)
        : await proven(ctx, request, certificateFields);
      const { from, chain, private_key, restart, by_hand } = fields;
      const usual = names.length > 0 ? names : [place.serverName];
      const what = from === 'issue' ? { from, names: fields.names ?? [...usual] } : { from, chain };
      const params = certificateParams.safeParse({ ...what, restart, by_hand });
      if (!params.success || (from === 'issue' ? (chain ?? private_key) : fields.names) !== undefined)
        throw new AstrogateError(
          'invalid_request',
          'from "upload" goes with chain and private_key, "issue" with names',
        );
      const gift = private_key === undefined ? undefined : { private_key };
      await order(ctx, request, response, { kind: 'certificate', params: params.data, gift });
    },
  ];
}

/** Throws `invalid_request` where this server looks after no certificate. */
function partsOf(ctx: ApiContext): CertificateParts & { readonly names: readonly string[] } {
  const { certificate } = systemOf(ctx);
  if (certificate) return certificate;
  throw new AstrogateError('invalid_request', 'This server looks after no certificate: API_CERTIFICATE_DIR is not set');
}

function toView({ leaf, from, daysLeft, isServed }: InstalledCertificate): z.infer<typeof certificateAnswer> {
  return {
    names: leaf.names.map(({ value }) => value),
    ...{ serial: leaf.serial, fingerprint: leaf.fingerprint, from },
    valid_from: leaf.notBefore.toISOString(),
    valid_to: leaf.notAfter.toISOString(),
    days_left: Math.floor(daysLeft),
    served: isServed ?? null,
  };
}
