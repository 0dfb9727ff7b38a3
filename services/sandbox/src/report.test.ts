import { Writable } from 'node:stream';
import { EventDecoder, type SandboxProgress } from '@astrogate/proto/sandbox';
import { expect, test } from '@jest/globals';
import { Reporter } from './report.js';

test('elapsed time counts from the start of the job, not of the program', () => {
  const decoder = new EventDecoder();
  const told: SandboxProgress[] = [];
  const write = (bytes: Buffer, _encoding: string, done: () => void) => {
    told.push(...decoder.push(bytes).map(({ json }) => JSON.parse(json.toString())));
    done();
  };
  const reporter = new Reporter(new Writable({ write }));
  const spent = performance.now() + 20;
  while (performance.now() < spent);
  reporter.progress('STAGE_DECODE', 'before');
  reporter.jobStarted();
  reporter.progress('STAGE_DECODE', 'after');
  expect(told[1]?.elapsedSeconds).toBeLessThan(told[0]?.elapsedSeconds ?? 0);
});
