// The first admin of a deployment: made with the secret that the api has logged; orders admin jobs and waits for their end.
import { eventually } from '../test-stack.js';
import type { Deployment } from './deployment.js';
import { type Answer, httpsCall } from './https-call.js';

export const password = 'violet tractor under seven moons';
const name = 'root';

/** What of an admin job's JSON is looked at. */
export interface SystemJob {
  readonly id: string;
  readonly status: 'queued' | 'running' | 'waiting_for_operator' | 'rolling_back' | 'done' | 'failed';
  readonly steps: readonly { readonly name: string; readonly status: string; readonly note: string }[];
  readonly waiting: { readonly why: string; readonly commands: readonly string[] } | null;
  readonly failure: { readonly step: string; readonly code: string; readonly detail: string } | null;
  readonly backup_id: string | null;
}

const lookMs = 250;

export class Admin {
  #bearer: string | undefined;

  /** `trust` says, at every call, which authority counts: PEM. */
  constructor(
    readonly deployment: Pick<Deployment, 'url' | 'logs'>,
    readonly trust: () => string,
  ) {}

  /** The account, with the secret of the first start. */
  async bootstrap(headers: Record<string, string> = {}): Promise<Answer> {
    const logged = await this.deployment.logs('api');
    const secret = /"bootstrapSecret":"([^"]+)"/.exec(logged)?.[1];
    return this.call('POST', '/auth/bootstrap', { secret, name, password }, headers);
  }

  /** Makes the account as soon as the api is ready. Throws when it is not made. */
  async begin(): Promise<void> {
    await eventually('the api is ready', 60_000, () =>
      this.call('GET', '/../../readyz').then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
    const { status, text } = await this.bootstrap();
    if (status !== 201) throw new Error(`no account was made: ${status} ${text}`);
  }

  /** Paths begin behind /api/v1. */
  call(method: string, path: string, json?: object, headers: Record<string, string> = {}): Promise<Answer> {
    return httpsCall(this.trust(), method, `${this.deployment.url}/api/v1${path}`, {
      headers: {
        ...(json && { 'content-type': 'application/json' }),
        ...(this.#bearer !== undefined && { authorization: `Bearer ${this.#bearer}` }),
        ...headers,
      },
      ...(json && { body: JSON.stringify(json) }),
    });
  }

  /** Signs in first when it is not signed in, or not any more: a restore and a reset end all sessions. */
  async ask(method: string, path: string, json?: object): Promise<Answer> {
    if (this.#bearer !== undefined) {
      const answer = await this.call(method, path, json);
      if (answer.status !== 401) return answer;
    }
    this.#bearer = undefined;
    const signedIn = await this.call('POST', '/auth/login', { name, password });
    if (signedIn.status !== 200) throw new Error(`not signed in: ${signedIn.status} ${signedIn.text}`);
    this.#bearer = signedIn.body.access_token as string;
    return this.call(method, path, json);
  }

  /** Begins an admin job. Throws an Error with the answer when it is not taken. */
  async order(path: string, json: object): Promise<SystemJob> {
    const { status, text, body } = await this.ask('POST', path, json);
    if (status !== 202) throw new Error(`the api answered ${status}: ${text}`);
    return body as SystemJob;
  }

  /** The job as soon as it is in one of these states, or has ended. Throws after `withinMs`. */
  async until(id: string, states: readonly SystemJob['status'][], withinMs = 120_000): Promise<SystemJob> {
    const end = performance.now() + withinMs;
    for (;;) {
      const { body } = await this.ask('GET', `/system/jobs/${id}`);
      const job = body as SystemJob;
      if ([...states, 'done', 'failed'].includes(job.status)) return job;
      if (performance.now() > end) throw new Error(`it has not ended: ${JSON.stringify(job)}`);
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  }

  /** An admin job from its order to its end. */
  async run(path: string, json: object): Promise<SystemJob> {
    return this.until((await this.order(path, json)).id, []);
  }
}
