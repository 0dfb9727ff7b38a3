import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startService } from './service-process.js';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'astrogate-service-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

test('a service that does not start is shown with its own last words, not with those of an earlier run', async () => {
  const logFile = join(home, 'api.log');
  writeFileSync(logFile, 'a request of yesterday\n');
  const argv = [process.execPath, '-e', "console.error('the port is taken'); process.exit(3)"] as const;
  const failure = await startService({ name: 'api', argv: [...argv], env: {}, cwd: home, logFile }).catch(
    (error: Error) => error.message,
  );
  expect(failure).toBe(`the api ended with 3; the end of ${logFile}:\nthe port is taken`);
});
