// A real api for tests of admin jobs, on a real database, and its first admin, who asks it over HTTP.
import { join } from 'node:path';
import { type AuditRow, createLogger } from '@astrogate/common';
import { expect } from '@jest/globals';
import type { AuditActName } from '../src/audit/acts.js';
import type { ApiConfig } from '../src/config.js';
import type { SystemJobView } from '../src/http/system-job-view.js';
import { type ApiService, startApi } from '../src/service.js';
import type { DatabasePlace } from '../src/storage/database.js';
import type { TargetClient } from '../src/system/target-client.js';
import { FakeSolverClient, hold } from './fake-solver-client.js';
import { testConfig, until } from './running-api.js';

export const adminName = 'jane';
export const adminPassword = 'correct horse battery staple';

interface Given {
  readonly place: DatabasePlace;
  /** For uploads, backups and the master key. */
  readonly home: string;
  readonly targets: TargetClient;
  readonly config?: Partial<ApiConfig>;
  readonly now?: () => Date;
}

export class AdminApi {
  #service!: ApiService;
  #token = '';

  private constructor(readonly given: Given) {}

  /** With its first admin, who has signed in. No job is ever solved. */
  static async start(given: Given): Promise<AdminApi> {
    const api = new AdminApi(given);
    await api.serve();
    const order = { secret: api.#service.bootstrapSecret, name: adminName, password: adminPassword };
    expect((await api.ask('POST', '/auth/bootstrap', order)).status).toBe(201);
    await api.signIn();
    return api;
  }

  /** As after a restart, once it was closed. */
  async serve(): Promise<void> {
    const { place, home, targets, config: more, now } = this.given;
    const config = {
      ...testConfig,
      ...{ database: place, spoolDir: join(home, 'spool'), masterKeyFile: join(home, 'master-key') },
      backups: { ...testConfig.backups, directory: join(home, 'backups') },
      logLevel: 'info' as const,
      ...more,
    };
    const solver = new FakeSolverClient();
    solver.script = hold;
    this.#service = await startApi(config, createLogger('api', 'silent'), { solver, targets, ...(now && { now }) });
  }

  close(): Promise<void> {
    return this.#service.close();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#service.port}`;
  }

  /** For requests to another api on the same database. */
  get authorization(): { authorization: string } {
    return { authorization: `Bearer ${this.#token}` };
  }

  /** Paths begin behind /api/v1. Bytes go as they are, anything else as JSON. */
  ask(method: string, path: string, body?: object | Buffer | FormData, headers: Record<string, string> = {}) {
    const isBytes = Buffer.isBuffer(body);
    const isForm = body instanceof FormData;
    const type = isBytes ? 'application/octet-stream' : 'application/json';
    return fetch(`${this.url}/api/v1${path}`, {
      method,
      ...(body && { body: isBytes || isForm ? body : JSON.stringify(body) }),
      headers: {
        ...(body && !isForm && { 'content-type': type }),
        ...(this.#token && { authorization: `Bearer ${this.#token}` }),
        ...headers,
      },
    });
  }

  async read<T>(answer: Promise<Response>, status = 200): Promise<T> {
    const response = await answer;
    const body = await response.text();
    expect([response.status, body]).toEqual([status, expect.any(String)]);
    return JSON.parse(body) as T;
  }

  async codeOf(answer: Promise<Response>): Promise<[number, string]> {
    const { status, code } = (await (await answer).json()) as { status: number; code: string };
    return [status, code];
  }

  async signIn(): Promise<void> {
    this.#token = '';
    const login = this.ask('POST', '/auth/login', { name: adminName, password: adminPassword });
    this.#token = (await this.read<{ access_token: string }>(login)).access_token;
  }

  /** Sessions end with the accounts that had them, or when they are deleted; then signs in anew. */
  async signInAgain(): Promise<void> {
    await until(async () => (await this.ask('GET', '/auth/me')).status === 401);
    await this.signIn();
  }

  job(id: string): Promise<SystemJobView> {
    return this.read<SystemJobView>(this.ask('GET', `/system/jobs/${id}`));
  }

  async ended(id: string): Promise<SystemJobView> {
    let job: SystemJobView | undefined;
    await until(async () => {
      job = await this.job(id);
      return job.finished_at !== null;
    });
    return job as SystemJobView;
  }

  /** Names of all accounts, sorted. */
  async users(): Promise<string[]> {
    const { users } = await this.read<{ users: { name: string }[] }>(this.ask('GET', '/users'));
    return users.map(({ name }) => name).sort();
  }

  /** What the audit log tells of such an act, newest first. */
  async acts(act: AuditActName): Promise<AuditRow[]> {
    return (await this.read<{ rows: AuditRow[] }>(this.ask('GET', `/audit?act=${act}`))).rows;
  }
}
