import { expect, test } from '@jest/globals';
import { attackTable, readEvidence } from './attack-table.js';

const passed = { status: 'passed' };
const suites = [
  { name: '/x/test/attacks/setuid.attack.test.ts', assertionResults: [passed, { status: 'failed' }] },
  { name: '/x/test/attacks/memory.attack.test.ts', assertionResults: [passed, passed, { status: 'pending' }] },
  { name: '/x/src/other.test.ts', assertionResults: [passed] },
];
const evidence = [
  { attack: 'memory', control: 'memory limit', held: 'killed', weakened: 'taken' },
  { attack: 'memory', control: 'memory limit', held: 'files: killed', weakened: 'fit', second: 'the tmpfs' },
];

test('tells per attack what held and what it was worth, and counts every case', () => {
  expect(attackTable(suites, evidence)).toEqual([
    'memory  3 cases: 2 passed, 1 skipped',
    '  memory limit',
    '    with     killed',
    '    without  taken',
    '    with     files: killed',
    '    without  fit',
    '    also     the tmpfs',
    '',
    'setuid  2 cases: 1 passed, 1 FAILED',
    '',
    '2 attacks, 5 cases. "without": the same with this control alone taken away, unless it says more.',
  ]);
});

test('passes over a line that was cut off', () => {
  expect(readEvidence(`${JSON.stringify(evidence[0])}\n{"attack":"mem`)).toEqual([evidence[0]]);
});
