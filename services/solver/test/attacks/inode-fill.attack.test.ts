// As many files as one can make: each costs kernel memory, however empty it is.
import { expect, test } from '@jest/globals';
import { python, report } from './box.js';
import { record } from './evidence.js';
import { withTmpfs } from './weaken.js';

const wanted = 5000;
const limit = 4096;
const moreInodes = withTmpfs(/nr_inodes=\w+/, 'nr_inodes=8k');

const fill = (directory: string, make: string) => `
import errno, json, os
made, error = 0, ''
try:
    while made < ${wanted}:
        ${make.replace('PATH', `'${directory}/' + str(made)`)}
        made += 1
except OSError as problem:
    error = errno.errorcode[problem.errno]
print(json.dumps({'made': made, 'error': error}))
`;

test.each([
  ['empty files', '/job', "open(PATH, 'x').close()"],
  ['empty files', '/tmp', "open(PATH, 'x').close()"],
  ['directories', '/job', 'os.mkdir(PATH)'],
])('no more %s in %s than the tmpfs has inodes', async (what, directory, make) => {
  const script = python(fill(directory, make));
  const held = await report<{ made: number; error: string }>(script);
  expect(held.error).toBe('ENOSPC');
  expect(held.made).toBeLessThan(limit);
  const weak = await report<{ made: number; error: string }>(script, { weaken: moreInodes });
  expect(weak).toEqual({ made: wanted, error: '' });
  record({
    attack: 'inode-fill',
    control: 'inodes of the tmpfs',
    held: `${held.made} of ${wanted} ${what} in ${directory}, then ENOSPC`,
    weakened: `${weak.made} made`,
  });
});
