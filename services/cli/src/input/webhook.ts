// The webhook of `astrogate solve`. Its secret comes from a file: what stands on a command line, everybody on the machine
// can read.
import { readFile } from 'node:fs/promises';
import { UsageFailure } from '../failure.js';

export interface WebhookOptions {
  readonly webhookUrl?: string;
  readonly webhookSecretFile?: string;
}

/** whsec_ and 64 bytes in base64 are 94; the rest is room for line ends. */
const longestFile = 200;

/** The webhook as form fields of the api. Throws UsageFailure. */
export async function webhookFields(options: WebhookOptions): Promise<Record<string, string>> {
  const { webhookUrl, webhookSecretFile } = options;
  if (webhookUrl === undefined && webhookSecretFile === undefined) return {};
  if (webhookUrl === undefined || webhookSecretFile === undefined)
    throw new UsageFailure('--webhook-url and --webhook-secret-file go together');
  return { webhook_url: webhookUrl, webhook_secret: await readSecret(webhookSecretFile) };
}

async function readSecret(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw new UsageFailure(`${path} cannot be read (${error.code})`, { cause: error });
  });
  const secret = text.trim();
  if (secret.startsWith('whsec_') && text.length <= longestFile) return secret;
  throw new UsageFailure(`${path} holds no secret: whsec_ and 24 to 64 random bytes in base64`);
}
