// The form fields that name a webhook: checked as far as that goes without resolving its name.
import { z } from 'zod';
import type { JobWebhook } from '../jobs/job.js';
import type { Outbound } from '../outbound/outbound.js';
import type { WebhookTarget } from '../webhooks/delivery-store.js';
import { keyOf } from '../webhooks/signature.js';

/** Of the URL, characters; a longer one is none that people write. */
const longestUrl = 2048;
/** whsec_ and 64 bytes in base64 are 94 characters. */
const longestSecret = 94;

const aboutUrl = `http or https URL of a public address, port 80 or 443, without user and password, at most ${longestUrl} characters`;
const aboutSecret = 'whsec_ and 24 to 64 random bytes in base64; it signs what is sent, and is never shown';

export const webhookFields = {
  webhook_url: z.string().max(longestUrl).optional().describe(`Where the end of the job is told: ${aboutUrl}`),
  webhook_secret: z
    .string()
    .max(longestSecret)
    .optional()
    .meta({ description: aboutSecret, format: 'password', writeOnly: true }),
};

interface WebhookFields {
  readonly webhook_url?: string | undefined;
  readonly webhook_secret?: string | undefined;
}

/** A check for zod: both or none, a URL that `outbound` may ask for, and a secret that is one. */
export function checkWebhook({ check }: Pick<Outbound, 'check'>) {
  return ({ webhook_url, webhook_secret }: WebhookFields, refined: z.core.$RefinementCtx): void => {
    const complain = (field: keyof WebhookFields, allowed: string) =>
      refined.addIssue({ code: 'custom', path: [field], message: allowed });
    if ((webhook_url === undefined) !== (webhook_secret === undefined))
      complain(
        webhook_url === undefined ? 'webhook_url' : 'webhook_secret',
        'webhook_url and webhook_secret go together',
      );
    // Of longer ones the schema has complained already.
    const [url = '', secret = ''] = [webhook_url, webhook_secret];
    if (url !== '' && url.length <= longestUrl && isRefused(() => check(toHref(url))))
      complain('webhook_url', aboutUrl);
    if (secret !== '' && secret.length <= longestSecret && isRefused(() => keyOf(secret)))
      complain('webhook_secret', aboutSecret);
  };
}

/** The webhook that checked fields name. */
export function toWebhook({ webhook_url, webhook_secret }: WebhookFields): WebhookTarget | undefined {
  if (webhook_url === undefined || webhook_secret === undefined) return undefined;
  return { url: toHref(webhook_url), secret: webhook_secret };
}

/** What may be known of a webhook whose job has just been made. */
export function waitingWebhook({ url }: WebhookTarget): JobWebhook {
  return { host: new URL(url).host, state: 'waiting', attempts: 0, reason: null };
}

/** As it is asked for: without control characters, the host in lower case. What is no URL stays as it is. */
function toHref(text: string): string {
  return URL.canParse(text) ? new URL(text).href : text;
}

function isRefused(check: () => void): boolean {
  try {
    check();
    return false;
  } catch {
    return true;
  }
}
