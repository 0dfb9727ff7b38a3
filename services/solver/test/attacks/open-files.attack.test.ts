// As many open files as one can get: each is memory of the kernel.
import { openFiles } from '@astrogate/sandbox-spec';
import { expect, test } from '@jest/globals';
import { python, report } from './box.js';
import { record } from './evidence.js';
import { withUlimit } from './weaken.js';

/** Just above the limit, so that the attack is bounded by itself. */
const wanted = openFiles + 100;

const open = `
import errno, json, os, resource
made, error = 0, ''
try:
    while made < ${wanted}:
        os.open('/dev/null', os.O_RDONLY)
        made += 1
except OSError as problem:
    error = errno.errorcode[problem.errno]
try:
    resource.setrlimit(resource.RLIMIT_NOFILE, (${wanted}, ${wanted}))
    raised = True
except (ValueError, OSError):
    raised = False
print(json.dumps({'made': made, 'error': error, 'raised': raised}))
`;

interface Opened {
  readonly made: number;
  readonly error: string;
  /** Whether it could give itself more. */
  readonly raised: boolean;
}

test('a process opens no more files than its limit, and cannot raise it', async () => {
  const held = await report<Opened>(python(open));
  expect(held).toMatchObject({ error: 'EMFILE', raised: false });
  expect(held.made).toBeLessThan(openFiles);
  expect(held.made).toBeGreaterThan(openFiles - 20);
  const weak = await report<Opened>(python(open), { weaken: withUlimit('nofile', 2 * openFiles) });
  expect(weak).toMatchObject({ made: wanted, error: '' });
  record({
    attack: 'open-files',
    control: 'nofile limit',
    held: `${held.made} of ${wanted} files opened, then EMFILE`,
    weakened: `${weak.made} opened`,
  });
});
