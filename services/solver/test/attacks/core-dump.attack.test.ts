// A crash that leaves the memory of a program behind as a file: of the sandbox's tmpfs, or wherever the host says.
import { expect, test } from '@jest/globals';
import { python, report } from './box.js';
import { record } from './evidence.js';
import { withUlimit } from './weaken.js';

const MiB = 1024 * 1024;

const crash = `
import json, os, resource, signal
child = os.fork()
if child == 0:
    try: resource.setrlimit(resource.RLIMIT_CORE, (${MiB}, ${MiB}))
    except (ValueError, OSError): pass
    os.kill(os.getpid(), signal.SIGSEGV)
    os._exit(0)
_, status = os.waitpid(child, 0)
print(json.dumps({'signal': os.WTERMSIG(status), 'dumped': os.WCOREDUMP(status), 'files': os.listdir('/job')}))
`;

interface Crash {
  readonly signal: number;
  /** Whether the kernel says that it dumped. */
  readonly dumped: boolean;
  readonly files: readonly string[];
}

test('a crash leaves no core, and the limit cannot be raised', async () => {
  const held = await report<Crash>(python(crash));
  expect(held).toEqual({ signal: 11, dumped: false, files: [] });
  const weak = await report<Crash>(python(crash), { weaken: withUlimit('core', 16 * MiB) });
  expect(weak).toMatchObject({ signal: 11, dumped: true });
  record({
    attack: 'core-dump',
    control: 'core limit 0',
    held: 'SIGSEGV: nothing dumped',
    // A host whose core_pattern is a path elsewhere, or a program, gets it there.
    weakened: weak.files.length > 0 ? `${weak.files.join(', ')} in /job` : 'dumped to where the host says',
  });
});
