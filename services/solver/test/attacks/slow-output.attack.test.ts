// Output that drips: what is always about to come must not hold a slot for ever.

import { encodeEvent } from '@astrogate/proto';
import { expect, test } from '@jest/globals';
import { baseImage } from '../environment.js';
import { notSolved, print, printEvent } from '../scripts.js';
import { scripted, solve, startSolver, until } from '../solver-under-test.js';
import { engine, shell, startBox } from './box.js';
import { record } from './evidence.js';

const progress = { stage: 'STAGE_DECODE', detail: 'still busy', elapsedSeconds: 1 };
const maxSeconds = 1;

/** One byte at a time of a valid outcome, far too slowly. */
const drip = [...encodeEvent('outcome', notSolved)].map((byte) => print(Buffer.of(byte))).join('; sleep 0.1; ');

test.each<[string, string]>([
  ['an outcome byte by byte', drip],
  ['half an event and then nothing', "printf 'P\\000\\000'; sleep 600"],
  ['valid progress for ever', `while :; do ${printEvent('progress', progress)}; sleep 0.1; done`],
  ['stderr for ever', 'while :; do echo busy >&2; sleep 0.1; done'],
  ['nothing, with closed streams', 'exec >&- 2>&-; sleep 600'],
])(
  '%s ends no later than the time limit',
  async (what, script) => {
    await using solver = await startSolver({ overrides: { specFor: scripted(baseImage, script) } });
    const attempt = await solve(solver.api.solver, Buffer.alloc(1000), { limits: { maxSeconds } });
    const code = attempt.events.at(-1)?.outcome?.failure?.code;
    expect(['timeout', 'solver_failed']).toContain(code);
    await until(async () => (await solver.sandboxNames()).length === 0, 5_000);
    await until(async () => solver.service.context.admission.running === 0, 5_000);

    await using box = await startBox(shell(script), { image: baseImage });
    await new Promise((resolve) => setTimeout(resolve, maxSeconds * 1000 + 500));
    expect((await engine.inspect(box.id)).State.Running).toBe(true);
    record({
      attack: 'slow-output',
      control: 'time limit',
      held: `${what}: ${code}, sandbox gone`,
      weakened: 'still runs after the limit',
    });
  },
  30_000,
);
