import { expect, test } from '@jest/globals';
import { killTable } from './kill-table.js';

const one = (title: string, status = 'passed', place = 'PostgreSQL') => ({ title, status, ancestorTitles: [place] });

test('a line per step of a job on a database, with what came of each moment', () => {
  const plans = [
    one('restore: killed when it begins to run load, after begin: the same end'),
    one('restore: killed when it begins to run load, middle: the same end', 'failed'),
    one('restore: killed when it begins to undo swap, middle: the same end', 'pending', 'PGlite'),
  ];
  const reset = [one('killed in "pause", after begin: the same end'), one('everything is here')];
  const certificate = [one('back: killed in "undo switch", before end')];
  expect(
    killTable([
      { name: '/x/plans-kill.database.test.ts', assertionResults: plans },
      { name: '/x/reset-kill.database.test.ts', assertionResults: reset },
      { name: '/x/certificate-kill.database.test.ts', assertionResults: certificate },
      { name: '/x/other.test.ts', assertionResults: [one('killed in "a", b')] },
    ]),
  ).toEqual([
    'restore, PostgreSQL',
    '  run load  after begin: ok  middle: FAILED',
    '',
    'restore, PGlite',
    '  undo swap  middle: skipped',
    '',
    'reset, PostgreSQL',
    '  pause  after begin: ok',
    '',
    'certificate back, PostgreSQL',
    '  undo switch  before end: ok',
    '',
    'killed 5 times: 3 came to the same end, 1 did not, 1 skipped',
  ]);
});

test('the short form is no table', () => {
  const short = [one('killed in every step, one api after the other: the same end')];
  expect(killTable([{ name: '/x/reset-kill.database.test.ts', assertionResults: short }])).toEqual([]);
});
