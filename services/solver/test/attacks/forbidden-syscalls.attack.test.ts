// System calls that ask the kernel for what no picture needs: each is one more piece of the kernel that could be broken.
import { beforeAll, expect, test } from '@jest/globals';
import { python, report } from './box.js';
import { record } from './evidence.js';
import { probeScript, probes } from './syscall-probes.js';
import { withoutSeccomp } from './weaken.js';

type Answers = Readonly<Record<string, string>>;
let held: Answers;
let weakened: Answers;

beforeAll(async () => {
  [held, weakened] = await Promise.all([
    report<Answers>(python(probeScript)),
    report<Answers>(python(probeScript), { weaken: withoutSeccomp }),
  ]);
}, 60_000);

test.each(probes.map(({ name, answer }) => [name, answer]))('%s fails with %s', (name, answer) => {
  expect(held[name]).toBe(answer);
});

test('without the profile most of them reach the kernel', () => {
  const answers = probes.map(({ name }) => weakened[name] as string);
  const count = (wanted: (answer: string) => boolean) => answers.filter(wanted).length;
  const working = count((answer) => answer === 'works');
  const refused = count((answer) => answer === 'EPERM');
  expect(working).toBeGreaterThan(20);
  // EPERM without a profile is the answer of a capability that is not there.
  expect(refused).toBeLessThan(probes.length / 2);
  record({
    attack: 'forbidden-syscalls',
    control: 'seccomp allow-list',
    held: `${probes.length} of ${probes.length} calls refused`,
    weakened: `${working} calls work, ${answers.length - working - refused} are refused for their arguments, after the kernel looked at them`,
    second: `capabilities and the kernel's own settings: ${refused} of ${probes.length}`,
  });
});
