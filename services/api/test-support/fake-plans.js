// Fake plans for the engine of admin jobs: their steps make and remove files of a world, which is a directory. Each looks
// first. Plain JavaScript, since processes that tests kill use it, too.
import { appendFileSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `inTheMiddle` is called when a step, or its undoing, has done half of what it does. */
export function fakePlans(world, inTheMiddle = () => {}) {
  const at = (name) => join(world, name);
  const act = (name) => {
    if (existsSync(at(name))) return;
    writeFileSync(at(`${name}.half`), '');
    inTheMiddle();
    renameSync(at(`${name}.half`), at(name));
  };
  const undo = (name) => {
    rmSync(at(name), { force: true });
    inTheMiddle();
    rmSync(at(`${name}.half`), { force: true });
  };
  const step = (name, extra = {}) => ({
    name,
    async run(_ctx, context) {
      appendFileSync(at('journal'), `${name} `);
      await context.keep(`${name}-seen`, existsSync(at(name)));
      await context.note(`making ${name}`);
      act(name);
      return 'done';
    },
    async undo() {
      appendFileSync(at('journal'), `undo-${name} `);
      undo(name);
    },
    ...extra,
  });
  const failing = step('c', {
    async run() {
      appendFileSync(at('journal'), 'c ');
      act('c');
      throw new Error('the fake step fails');
    },
  });
  // A careless one: writes the keys wherever it can.
  const asking = step('b', {
    async run(_ctx, context) {
      appendFileSync(at('journal'), 'b ');
      const keys = context.gift?.unseal_keys;
      if (!keys) {
        const commands = ['docker compose restart vault', `astrogate admin continue --keys`];
        inTheMiddle();
        return { wait: 'operator', commands, why: 'keys are needed' };
      }
      await context.note(`unsealing with ${keys.join(' and ')}`);
      await context.keep(`with ${keys[0]}`, { answer: [keys] });
      act('b');
      return 'done';
    },
  });
  const context = () => ({});
  return {
    forward: { steps: [step('a'), step('b'), step('c')], pointOfNoReturn: 'b', context },
    undo: { steps: [step('a'), step('b'), failing], pointOfNoReturn: undefined, context },
    operator: { steps: [step('a'), asking, step('c')], pointOfNoReturn: 'c', context },
  };
}

/** What is in the world, without its journal. */
export const worldNow = (world) =>
  readdirSync(world)
    .filter((name) => name !== 'journal')
    .sort();
