import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runProgram } from './program.js';
import { eventsAnswer, type FakeAnswer, fakeJobs, problemAnswer, startFakeApi } from './test-support/fake-api.js';
import { recordOutput } from './test-support/recorded-output.js';

let directory: string;
let picture: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'astrogate-cli-'));
  picture = join(directory, 'sky.jpg');
  writeFileSync(picture, 'not really a picture');
  process.env.ASTROGATE_OWNER_FILE = join(directory, 'config', 'owner');
});
afterAll(() => {
  delete process.env.ASTROGATE_OWNER_FILE;
  rmSync(directory, { recursive: true });
});

const solves = 'POST /api/v1/solves';
const job1 = 'GET /api/v1/solves/job1';
const accepted: FakeAnswer = { status: 202, headers: { location: '/api/v1/solves/job1' }, body: fakeJobs.queued };

async function run(answers: Record<string, FakeAnswer | FakeAnswer[]>, args: string[], isTerminal = false) {
  await using api = await startFakeApi(answers);
  const recorded = recordOutput(isTerminal);
  const code = await runProgram([...args, '--server', api.url], recorded.output, new AbortController().signal);
  return { code, out: recorded.out(), err: recorded.err(), requests: api.requests, url: api.url };
}

describe('astrogate solve', () => {
  test('uploads the picture with its hints and follows the job to the solution', async () => {
    const jobs = [{ body: fakeJobs.queued }, { body: fakeJobs.running }, { body: fakeJobs.solved }];
    const hints = '--ra 05:38:18.24 --dec -2.755 --radius 5 --scale-low 1 --scale-high 3 --scale-units degwidth'.split(
      ' ',
    );
    const more = '--parity flipped --downsample 2 --depth-low 1 --depth-high 100 --max-seconds 60'.split(' ');
    const { code, out, err, requests } = await run({ [solves]: accepted, [job1]: jobs }, [
      'solve',
      picture,
      ...hints,
      ...more,
    ]);
    expect(code).toBe(0);
    expect(out).toContain(`${picture}: solved\n  Centre       84.57600 -2.75500`);
    expect(err).toBe('');
    const form = requests[0]?.form as FormData;
    const { image, ...fields } = Object.fromEntries(form);
    expect(fields).toEqual({
      ra: '84.576',
      dec: '-2.755',
      radius: '5',
      scale_low: '1',
      scale_high: '3',
      scale_units: 'degwidth',
      parity: 'flipped',
      downsample_factor: '2',
      depth_low: '1',
      depth_high: '100',
      max_seconds: '60',
    });
    expect((image as File).name).toBe('sky.jpg');
    expect(await (image as File).text()).toBe('not really a picture');
  });

  test('a webhook goes with the picture, its secret from a file', async () => {
    const file = join(directory, 'secret');
    writeFileSync(file, 'whsec_AAAA\n');
    const hook = ['--webhook-url', 'https://hooks.example/in', '--webhook-secret-file'];
    const answers = { [solves]: { status: 202, body: fakeJobs.solved } };
    const { code, requests } = await run(answers, ['solve', picture, ...hook, file]);
    expect(code).toBe(0);
    expect(Object.fromEntries(requests[0]?.form as FormData)).toMatchObject({
      webhook_url: 'https://hooks.example/in',
      webhook_secret: 'whsec_AAAA',
    });
    writeFileSync(file, 'hidden');
    for (const [wrong, complaint] of [
      [[...hook, file], 'holds no secret'],
      [[...hook, join(directory, 'nowhere')], 'cannot be read (ENOENT)'],
      [hook.slice(0, 2), 'go together'],
    ] as const) {
      const refused = await run(answers, ['solve', picture, ...wrong]);
      expect([refused.code, refused.requests]).toEqual([2, []]);
      expect(refused.err).toContain(complaint);
      expect(refused.err).not.toContain('hidden');
    }
  });

  test('progress goes to a terminal on standard error', async () => {
    const jobs = [{ body: fakeJobs.running }, { body: fakeJobs.solved }];
    const { err } = await run({ [solves]: accepted, [job1]: jobs }, ['solve', picture], true);
    expect(err).toContain('search: fast, blind');
  });

  test('--json prints one object per file and nothing else, also for an error', async () => {
    const posts = [{ status: 202, body: fakeJobs.solved }, problemAnswer(503, 'busy', 'All slots are taken', 15)];
    const { code, out, err } = await run({ [solves]: posts }, ['solve', picture, picture, '--json'], true);
    expect(code).toBe(3);
    expect(err).toBe('');
    const [first, second] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({ file: picture, id: 'job1', solution: { calibration: { ra: 84.576 } } });
    expect(second).toEqual({
      file: picture,
      error: {
        code: 'busy',
        detail: 'All slots are taken',
        retryable: true,
        request_id: 'fake-request',
        retry_after: 15,
      },
    });
  });

  test.each([
    ['solved', fakeJobs.solved, 0],
    ['not solved', fakeJobs.notSolved, 1],
    ['failed', fakeJobs.failed, 3],
    ['cancelled', fakeJobs.cancelled, 3],
  ])('a job that is %s gives its exit code', async (_, body, expected) => {
    const { code } = await run({ [solves]: { status: 202, body } }, ['solve', picture, '--quiet']);
    expect(code).toBe(expected);
  });

  test('--quiet prints nothing but errors', async () => {
    const solved = await run({ [solves]: { body: fakeJobs.solved } }, ['solve', picture, '--quiet'], true);
    expect([solved.out, solved.err]).toEqual(['', '']);
    const failed = await run({ [solves]: { body: fakeJobs.failed } }, ['solve', picture, '--quiet']);
    expect(failed.err).toContain('The time limit of 120 s passed');
  });

  test('an error shows detail, code, what to do and the request id', async () => {
    const { code, out, err } = await run({ [solves]: problemAnswer(503, 'busy', 'The queue is full', 15) }, [
      'solve',
      picture,
    ]);
    expect(code).toBe(3);
    expect(out).toBe('');
    expect(err).toBe(
      [
        `astrogate: ${picture}: The queue is full`,
        '  code        busy',
        '  what to do  try again in a while (the server says: 15 s)',
        '  request id  fake-request\n',
      ].join('\n'),
    );
  });

  test('the next file has its turn after an error, and the worst exit code counts', async () => {
    const posts = [
      problemAnswer(415, 'unsupported_format', 'x'),
      { body: fakeJobs.solved },
      { body: fakeJobs.notSolved },
    ];
    const { code, out } = await run({ [solves]: posts }, ['solve', picture, picture, picture]);
    expect(code).toBe(3);
    expect(out).toContain('not solved');
  });

  test('a server that stumbles while the job runs is asked again', async () => {
    const jobs = [problemAnswer(503, 'draining', 'restarting'), { body: fakeJobs.solved }];
    const { code } = await run({ [solves]: accepted, [job1]: jobs }, ['solve', picture, '--quiet']);
    expect(code).toBe(0);
  });

  test('--wcs writes the header of one picture to a file and of several into a directory', async () => {
    const second = join(directory, 'other.fits');
    writeFileSync(second, 'x');
    const answers = {
      [solves]: { body: fakeJobs.solved },
      'GET /api/v1/solves/job1/files/wcs': {
        headers: { 'content-type': 'application/fits' },
        body: Buffer.from('SIMPLE  ='),
      },
    };
    const file = join(directory, 'out.wcs');
    await run(answers, ['solve', picture, '--wcs', file, '--quiet']);
    expect(readFileSync(file, 'utf8')).toBe('SIMPLE  =');
    const headers = join(directory, 'headers');
    await run(answers, ['solve', picture, second, '--wcs', headers, '--quiet']);
    expect(readFileSync(join(headers, 'sky.wcs'), 'utf8')).toBe('SIMPLE  =');
    expect(readFileSync(join(headers, 'other.wcs'), 'utf8')).toBe('SIMPLE  =');
  });

  test.each([
    ['a file that is not there', ['solve', '/does/not/exist.jpg'], 'cannot be read (ENOENT)'],
    ['a directory', ['solve', '/'], 'is not a file'],
    ['no file', ['solve'], "missing required argument 'file'"],
    ['an unknown option', ['solve', 'x', '--scale', '3'], "unknown option '--scale'"],
    ['ra without dec', ['solve', 'x', '--ra', '3'], '--ra and --dec go together'],
    ['a number out of range', ['solve', 'x', '--downsample', '17'], 'Give a whole number from 1 to 16'],
    ['a server that is no URL', ['health', '--server', 'ftp://x'], 'Give an http or https URL'],
  ])('%s is wrong usage, and nothing is sent', async (_, args, message) => {
    const { code, err, requests } = await run({}, args);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(requests).toEqual([]);
  });

  test('two pictures that would write the same header are refused before anything is sent', async () => {
    const { code, requests } = await run({}, ['solve', picture, picture, '--wcs', join(directory, 'same')]);
    expect(code).toBe(2);
    expect(requests).toEqual([]);
  });

  test('a server that is not there has an exit code of its own', async () => {
    const { url } = await run({}, ['health']);
    const { output, err } = recordOutput();
    const code = await runProgram(['solve', picture, '--server', url], output, new AbortController().signal);
    expect(code).toBe(4);
    expect(err()).toContain(`${url} cannot be reached: nothing listens there`);
  });

  test('an answer from something else than Astrogate is an error, not a crash', async () => {
    const { code, err } = await run({ [solves]: { body: Buffer.from('<html>hello</html>') } }, ['solve', picture]);
    expect(code).toBe(3);
    expect(err).toContain('does an Astrogate server run at');
  });
});

describe('the other commands', () => {
  test('analyse prints what was found', async () => {
    const body = { success: true, make: 'Canon', model: '', fov: { width_degrees: 2.123456789 }, error: '' };
    const { code, out, requests } = await run({ 'POST /analyse': { body } }, ['analyse', picture]);
    expect(code).toBe(0);
    expect(out.split('\n').slice(1)).toEqual([
      '  success            true',
      '  make               Canon',
      '  fov.width_degrees  2.12346',
      '',
    ]);
    expect(requests[0]?.form?.has('image')).toBe(true);
  });

  test('jobs show, cancel and delete', async () => {
    const answers = {
      [job1]: { body: fakeJobs.running },
      'POST /api/v1/solves/job1/cancel': { body: fakeJobs.cancelled },
      'DELETE /api/v1/solves/job1': { status: 204 },
    };
    expect((await run(answers, ['jobs', 'show', 'job1'])).out).toContain('job1: running');
    expect((await run(answers, ['jobs', 'cancel', 'job1'])).out).toContain('job1: cancelled');
    expect((await run(answers, ['jobs', 'delete', 'job1', '--json'])).out).toBe('{"id":"job1","deleted":true}\n');
  });

  test('jobs lists what was submitted from here, by a secret that no other server gets', async () => {
    const listed = {
      ...fakeJobs.solved,
      upload: { name: 'sky.jpg' },
      calibration: fakeJobs.solved.solution.calibration,
    };
    const failed = { ...fakeJobs.failed, id: 'job2', upload: { name: null }, calibration: null };
    const path = 'GET /api/v1/solves?status=solved%2Cfailed&limit=20';
    const answers = { [path]: { body: { jobs: [listed, failed], next: 'abc' } }, [solves]: { body: fakeJobs.solved } };
    const { code, out, err, requests } = await run(answers, ['jobs', '--status', 'solved,failed']);
    expect([code, err]).toEqual([0, 'more with --cursor abc\n']);
    expect(out.split('\n')).toEqual([
      'JOB   STATUS  MADE (UTC)           PICTURE',
      'job1  solved  2026-01-01 00:00:00  sky.jpg  84.5760 -2.7550',
      'job2  failed  2026-01-01 00:00:00           timeout',
      '',
    ]);
    const owner = requests[0]?.headers['astrogate-owner'];
    expect(owner).toMatch(/^[0-9a-f]{64}$/);
    expect(readFileSync(process.env.ASTROGATE_OWNER_FILE as string, 'utf8')).not.toContain(owner);
    expect(statSync(process.env.ASTROGATE_OWNER_FILE as string).mode & 0o777).toBe(0o600);
    const other = await run(answers, ['solve', picture]);
    expect(other.requests[0]?.headers['astrogate-owner']).toMatch(/^[0-9a-f]{64}$/);
    expect(other.requests[0]?.headers['astrogate-owner']).not.toBe(owner);
  });

  test('jobs list --json prints the page as it came', async () => {
    const body = { jobs: [], next: null };
    const { out } = await run({ 'GET /api/v1/solves?limit=5': { body } }, ['jobs', 'list', '--limit', '5', '--json']);
    expect(JSON.parse(out)).toEqual(body);
  });

  describe('jobs watch', () => {
    const path = 'GET /api/v1/solves/job1/events';
    const at = '2026-01-01T12:00:01.000Z';
    const running = { status: 'running', attempt: 1, at };
    const search = { stage: 'search', detail: 'fast, blind', elapsed_seconds: 0.42, attempt: 1, at };
    const ended = { job_id: 'job1', status: 'solved' };

    test('prints what happens to a job and how it ended, across a cut connection', async () => {
      const streams = [
        eventsAnswer([3, 'status', running]),
        eventsAnswer([4, 'progress', search], [9, 'ended', ended]),
      ];
      const { code, out, requests } = await run({ [path]: streams, [job1]: { body: fakeJobs.solved } }, [
        ...['jobs', 'watch', 'job1'],
      ]);
      expect(code).toBe(0);
      expect(out.split('\n').slice(0, 3)).toEqual([
        '12:00:01  running',
        '12:00:01  search: fast, blind, 0.4 s',
        'job1: solved',
      ]);
      expect(requests.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '3', undefined]);
    });

    test('with --json prints one object per event', async () => {
      const answers = { [path]: eventsAnswer([3, 'status', running], [9, 'ended', ended]) };
      const { code, out } = await run({ ...answers, [job1]: { body: fakeJobs.notSolved } }, [
        ...['jobs', 'watch', 'job1', '--json'],
      ]);
      expect(code).toBe(1);
      const lines = out.trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line))).toEqual([
        { event: 'status', ...running },
        { event: 'ended', ...ended },
      ]);
    });

    test('comes back to a server that stumbles, and ends with the job when it is gone', async () => {
      const streams = [
        eventsAnswer([3, 'status', running]),
        problemAnswer(503, 'storage_unavailable', 'The database is away'),
        problemAnswer(404, 'not_found', 'There is no such job'),
      ];
      const { code, err, requests } = await run({ [path]: streams }, ['jobs', 'watch', 'job1']);
      expect([code, requests.length]).toEqual([3, 3]);
      expect(err).toContain('There is no such job');
    });

    test('with nothing left to tell shows the job', async () => {
      const answers = { [path]: { status: 204 }, [job1]: { body: fakeJobs.cancelled } };
      const { code, out } = await run(answers, ['jobs', 'watch', 'job1']);
      expect([code, out.split('\n')[0]]).toEqual([3, 'job1: cancelled']);
    });

    test('a server that is not there is told at once', async () => {
      const { url } = await run({}, ['health']);
      const { output } = recordOutput();
      const code = await runProgram(['jobs', 'watch', 'job1', '--server', url], output, new AbortController().signal);
      expect(code).toBe(4);
    });

    test('Ctrl-C ends the watching and not the job', async () => {
      await using api = await startFakeApi({ [path]: { ...eventsAnswer([3, 'status', running]), isOpen: true } });
      const interrupt = new AbortController();
      const { output, out, err } = recordOutput();
      const line = (text: string) => {
        output.line(text);
        interrupt.abort();
      };
      const shown = { ...output, line };
      const code = await runProgram(['jobs', 'watch', 'job1', '--server', api.url], shown, interrupt.signal);
      expect([code, out(), err()]).toEqual([130, '12:00:01  running\n', 'astrogate: interrupted\n']);
      expect(api.requests).toHaveLength(1);
    });
  });

  test('jobs wcs prints the header as it is', async () => {
    const header = `${'SIMPLE  =                    T'.padEnd(80)}${'END'.padEnd(80)}`.padEnd(2880);
    const answers = { 'GET /api/v1/solves/job1/files/wcs': { body: Buffer.from(header) } };
    expect((await run(answers, ['jobs', 'wcs', 'job1'])).out).toBe(header);
    expect(JSON.parse((await run(answers, ['jobs', 'wcs', 'job1', '--json'])).out).cards).toEqual([
      'SIMPLE  =                    T',
      'END',
    ]);
  });

  test('an unknown job is an error of the server', async () => {
    const answer = problemAnswer(404, 'not_found', 'There is no such job');
    const { code, out } = await run({ [job1]: answer }, ['jobs', 'show', 'job1', '--json']);
    expect(code).toBe(3);
    expect(JSON.parse(out).error.code).toBe('not_found');
  });

  test('health tells an unready server from a ready one', async () => {
    const body = { status: 'healthy', uptime_seconds: 3, version: '0.1.0' };
    const ready = await run({ 'GET /health': { body }, 'GET /readyz': { body: {} } }, ['health']);
    expect([ready.code, ready.out]).toEqual([0, expect.stringContaining('Ready    yes')]);
    const not = problemAnswer(503, 'solver_unavailable', 'The solver does not answer');
    const unready = await run({ 'GET /health': { body }, 'GET /readyz': not }, ['health', '--json']);
    expect(unready.code).toBe(3);
    expect(JSON.parse(unready.out)).toMatchObject({ ready: false, error: { code: 'solver_unavailable' } });
  });

  test('indexes list shows names and sizes', async () => {
    const body = { indexes: [{ name: 'index-4107.fits', scale_low: 22, scale_high: 30, size_bytes: 1_500_000 }] };
    const { out } = await run({ 'GET /api/v1/indexes': { body } }, ['indexes', 'list']);
    expect(out).toBe('INDEX            QUADS         SIZE\nindex-4107.fits  22′ to 30′  1.5 MB\n');
  });

  test.each([['--help'], ['solve', '--help'], ['jobs', 'show', '--help'], ['ops', 'drain', '--help']])(
    'help of %s names the exit codes',
    async (...args) => {
      const { output, out } = recordOutput();
      expect(await runProgram(args, output, new AbortController().signal)).toBe(0);
      expect(out()).toContain('Exit codes: 0 done or solved, 1 not solved');
    },
  );

  test('ops without a certificate says which options are missing', async () => {
    const { output, err } = recordOutput();
    expect(await runProgram(['ops', 'status', '--ca', 'x'], output, new AbortController().signal)).toBe(2);
    expect(err()).toContain('--cert, --key must be given');
  });
});
