// A fake of the public api: says what a test tells it to say, and remembers what it was asked.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Job } from '../http/job.js';

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** The answer does not end. */
  readonly isOpen?: boolean;
}

export interface FakeRequest {
  /** Such as "POST /api/v1/solves". */
  readonly what: string;
  readonly headers: IncomingHttpHeaders;
  readonly form: FormData | undefined;
  /** Undefined: it had none. */
  readonly json: unknown;
}

export interface FakeApi extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly FakeRequest[];
  /** Resolves when `what` is asked for the next time. */
  asked(what: string): Promise<void>;
}

/** Answers by "METHOD path"; a list is used up from the front, its last answer stays. */
export async function startFakeApi(answers: Record<string, FakeAnswer | FakeAnswer[]>): Promise<FakeApi> {
  const requests: FakeRequest[] = [];
  const waiting = new Map<string, () => void>();
  const server = createServer(async (request, response) => {
    const what = `${request.method} ${request.url}`;
    requests.push({ what, headers: request.headers, ...(await readBody(request)) });
    waiting.get(what)?.();
    const planned = answers[what] ?? problemAnswer(404, 'not_found', 'There is no such path');
    send(response, Array.isArray(planned) ? ((planned.length > 1 ? planned.shift() : planned[0]) ?? {}) : planned);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    asked: (what) => new Promise((resolve) => waiting.set(what, resolve)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Pick<FakeRequest, 'form' | 'json'>> {
  const body = await buffer(request);
  const type = request.headers['content-type'] ?? '';
  const response = new Response(body, { headers: { 'content-type': type } });
  return {
    form: type.startsWith('multipart/') ? await response.formData() : undefined,
    json: type === 'application/json' ? await response.json() : undefined,
  };
}

function send(response: ServerResponse, { status = 200, headers = {}, body, isOpen }: FakeAnswer): void {
  const isBytes = Buffer.isBuffer(body);
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'fake-request', ...headers });
  const text = isBytes ? body : JSON.stringify(body);
  if (isOpen) response.write(text);
  else response.end(text);
}

export function problemAnswer(status: number, code: string, detail: string, retryAfter?: number): FakeAnswer {
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    },
    body: {
      type: 'about:blank',
      title: 't',
      status,
      detail,
      code,
      request_id: 'fake-request',
      retryable: status >= 500,
    },
  };
}

/** Server-sent events, after which the connection ends; the client may come back at once. */
export function eventsAnswer(...events: [id: number, type: string, data: unknown][]): FakeAnswer {
  const text = events.map(([id, type, data]) => `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  return { headers: { 'content-type': 'text/event-stream' }, body: Buffer.from(`retry: 1\n\n${text.join('')}`) };
}

const queued: Job = {
  id: 'job1',
  status: 'queued',
  created_at: '2026-01-01T00:00:00.000Z',
  started_at: null,
  finished_at: null,
  progress: null,
  solution: null,
  tried: [],
  failure: null,
};

const ended = { started_at: '2026-01-01T00:00:01.000Z', finished_at: '2026-01-01T00:00:03.500Z' };

export const fakeJobs = {
  queued,
  running: { ...queued, status: 'running', progress: { stage: 'search', detail: 'fast, blind' } },
  solved: {
    ...queued,
    ...ended,
    status: 'solved',
    solution: {
      calibration: {
        ra: 84.576,
        dec: -2.755,
        pixel_scale: 3.10241,
        orientation: -0.001,
        parity: 'flipped',
        field_width: 2.1,
        field_height: 0.7,
        radius: 1.1,
      },
      log_odds: 123.44,
      index: 'index-tycho2-10.littleendian.fits',
      recipe: 'fast',
      hint: 'none',
      hint_source: 'none',
      matched: [{}, {}],
    },
  },
  notSolved: {
    ...queued,
    ...ended,
    status: 'not_solved',
    tried: [{ recipe: 'fast', hint: 'none', hint_source: 'none', sources: 40, result: 'gave up', seconds: 2.04 }],
  },
  failed: {
    ...queued,
    ...ended,
    status: 'failed',
    failure: { code: 'timeout', detail: 'The time limit of 120 s passed', retryable: false },
  },
  cancelled: { ...queued, ...ended, status: 'cancelled' },
} as const satisfies Record<string, Job>;
