// How the delivery of a job's webhook stands, as callers see it: whether and where to, never the secret, the path or
// what exactly the api met on its way.
import { z } from 'zod';
import { type JobWebhook, webhookStates } from '../jobs/job.js';

export const webhookSchema = z.object({
  host: z.string().describe('Host of the URL; the rest of it is not shown'),
  state: z
    .enum(webhookStates)
    .describe('waiting: the job has not ended; pending: it is to be sent, or sent again; given_up: no attempt is left'),
  attempts: z.int().describe('Attempts that were made or are being made'),
  last_reason: z
    .string()
    .nullable()
    .describe(
      'Why the last one failed: status and a number, no_answer, refused (the URL may not be reached) or internal',
    ),
});

export function toWebhookView({ host, state, attempts, reason }: JobWebhook): z.infer<typeof webhookSchema> {
  return { host, state, attempts, last_reason: reason === null ? null : publicReason(reason) };
}

/** A status is the receiver's own word. Of what is behind a name and who answers there, callers learn no more. */
function publicReason(reason: string): string {
  if (/^status \d{3}$/.test(reason) || reason === 'internal') return reason;
  return /^(?:bad_url|refused_)/.test(reason) ? 'refused' : 'no_answer';
}
