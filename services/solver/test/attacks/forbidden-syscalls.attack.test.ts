// System calls that ask the kernel for what no picture needs: each is one more piece of the kernel that could be broken.
// What the kernel refuses to an unprivileged user anyway is tried once more as root with the capabilities for it.
import { beforeAll, expect, test } from '@jest/globals';
import { python, report } from './box.js';
import { record } from './evidence.js';
import { probeScript, probes } from './syscall-probes.js';
import { all, asAlmightyRoot, withoutSeccomp } from './weaken.js';

type Answers = Readonly<Record<string, string>>;
/** With every control in place. */
let held: Answers;
/** Without the profile. */
let weakened: Answers;
/** As root with capabilities, and the profile kept. */
let profileAlone: Answers;
/** As that root, without the profile: only what `weakened` does not tell apart. */
let neither: Answers;
/** Those that answer the same with and without the profile: capabilities, or the kernel's own settings, refuse them too. */
let alike: readonly string[];

beforeAll(async () => {
  [held, weakened, profileAlone] = await Promise.all([
    report<Answers>(python(probeScript())),
    report<Answers>(python(probeScript()), { weaken: withoutSeccomp }),
    report<Answers>(python(probeScript()), { weaken: asAlmightyRoot }),
  ]);
  const unclear = probes.filter(({ name, answer }) => weakened[name] === answer);
  alike = unclear.map(({ name }) => name);
  neither = await report<Answers>(python(probeScript(unclear)), { weaken: all(asAlmightyRoot, withoutSeccomp) });
}, 90_000);

test.each(probes.map(({ name, answer }) => [name, answer]))('%s fails with %s, for root, too', (name, answer) => {
  expect(held[name]).toBe(answer);
  expect(profileAlone[name]).toBe(answer);
});

const named = (names: readonly string[]) => names.join(', ') || 'none';

test('without the profile most of them reach the kernel', () => {
  const answers = probes.map(({ name }) => weakened[name] as string);
  const working = answers.filter((answer) => answer === 'works').length;
  /** The profile says EPERM where this kernel, asked, says that it has no such call. */
  const absent = probes.filter(({ name, answer }) => answer === 'EPERM' && weakened[name] === 'ENOSYS');
  expect(working).toBeGreaterThan(20);
  expect(alike.length).toBeLessThan(probes.length / 3);
  const looked = probes.length - working - alike.length - absent.length;
  record({
    attack: 'forbidden-syscalls',
    control: 'seccomp allow-list',
    held: `${probes.length} of ${probes.length} calls refused`,
    weakened: `${working} calls work, ${looked} are refused for their arguments, after the kernel looked at them`,
    second: `none for these; this kernel has no ${named(absent.map(({ name }) => name))}`,
  });
});

test('what capabilities refuse as well, the profile refuses without them', () => {
  const told = alike.filter((name) => neither[name] !== held[name]);
  const untold = alike.filter((name) => neither[name] === held[name]);
  // A host may forbid something to everybody; that must stay the exception.
  expect(untold.length).toBeLessThan(alike.length / 2);
  expect(told.length).toBeGreaterThan(15);
  const answered = told.map((name) => `${name} ${neither[name]}`);
  record({
    attack: 'forbidden-syscalls',
    control: 'seccomp allow-list',
    held: `as root with capabilities, too, ${told.length} calls are refused that only capabilities refuse otherwise`,
    weakened: `as that root the kernel answers: ${named(answered)}`,
    second: `capabilities refuse each of them; not told apart on this kernel: ${named(untold)}`,
  });
});
