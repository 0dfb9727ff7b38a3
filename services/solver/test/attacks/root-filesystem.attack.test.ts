// Changing the programs that the next steps of the same sandbox, or anybody else, will run.
import { expect, test } from '@jest/globals';
import { python, report } from './box.js';
import { record } from './evidence.js';
import { all, asMightyRoot, withWritableRoot } from './weaken.js';

/** Tries to make a file in every directory of the image; prints where it could, and how many refused with which errno. */
const everywhere = `
import errno, json, os
open_to, refused = [], {}
skip = ('/proc', '/sys', '/dev')
for directory, names, _ in os.walk('/'):
    names[:] = [name for name in names if os.path.join(directory, name) not in skip]
    path = os.path.join(directory, '.attack')
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        os.unlink(path)
        open_to.append(directory)
    except OSError as problem:
        code = errno.errorcode[problem.errno]
        refused[code] = refused.get(code, 0) + 1
print(json.dumps({'open': open_to, 'refused': refused}))
`;
interface Walk {
  readonly open: readonly string[];
  readonly refused: Readonly<Record<string, number>>;
}

test('no directory of the image can be written to, and only the two tmpfs can', async () => {
  const held = await report<Walk>(python(everywhere));
  expect([...held.open].sort()).toEqual(['/job', '/tmp']);
  expect(Object.keys(held.refused).filter((code) => code !== 'EROFS' && code !== 'EACCES')).toEqual([]);
  const weak = await report<Walk>(python(everywhere), { weaken: withWritableRoot });
  expect(weak.open.length).toBeGreaterThan(2);
  const asHostRoot = all(withWritableRoot, asMightyRoot);
  const none = await report<Walk>(python(everywhere), { weaken: asHostRoot });
  expect(none.open.length).toBeGreaterThan(100);
  const before = Object.values(held.refused).reduce((sum, count) => sum + count);
  record({
    attack: 'root-filesystem',
    control: 'read-only root',
    held: `${before} directories refuse a new file`,
    weakened: `a file can be made in ${weak.open.filter((path) => path !== '/job' && path !== '/tmp').join(', ')}`,
    second: `unprivileged user: as root ${none.open.length} directories take it`,
  });
}, 60_000);

const programs = [
  '/opt/astrogate/sandbox.mjs',
  '/opt/astrogate/node',
  '/usr/bin/python3.11',
  '/etc/passwd',
  '/etc/ld.so.cache',
];
const change = `
import errno, json, os
def attempt(action):
    try:
        action()
        return 'done'
    except OSError as problem:
        return errno.errorcode[problem.errno]
answers = {}
for path in ${JSON.stringify(programs)}:
    answers[path] = [
        attempt(lambda: os.close(os.open(path, os.O_WRONLY))),
        attempt(lambda: os.rename(path, path + '.old')),
        attempt(lambda: os.unlink(path)),
        attempt(lambda: os.chmod(path, 0o777)),
    ]
print(json.dumps(answers))
`;
type Answers = Readonly<Record<string, readonly string[]>>;
let asUser: Promise<Answers> | undefined;
let byRoot: Promise<Answers> | undefined;

test.each(programs)('%s cannot be changed, moved or removed, even by root', async (path) => {
  asUser ??= report<Answers>(python(change));
  byRoot ??= report<Answers>(python(change), { weaken: asMightyRoot });
  for (const answer of (await asUser)[path] ?? ['missing']) expect(['EROFS', 'EACCES', 'EPERM']).toContain(answer);
  for (const answer of (await byRoot)[path] ?? ['missing']) expect(['EROFS', 'ETXTBSY']).toContain(answer);
});
