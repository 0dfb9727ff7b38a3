import { expect, test } from '@jest/globals';
import { fakeJobs } from '../test-support/fake-api.js';
import { angle, jobLines } from './solution.js';

test('a solution shows everything that people ask for', () => {
  expect(jobLines(fakeJobs.solved, 'sky.jpg')).toEqual([
    'sky.jpg: solved',
    '  Centre       84.57600 -2.75500  (RA, Dec in degrees, J2000)',
    '               05:38:18.24 -02:45:18.0',
    '  Pixel scale  3.102 arcsec/pixel',
    '  Field        2.1 degrees x 42 arcmin',
    '  Orientation  0.00 degrees east of north',
    '  Parity       flipped (det CD > 0)',
    '  Log odds     123.4, 2 stars matched',
    '  Index        index-tycho2-10.littleendian.fits',
    '  Recipe       fast, hint: none',
    '  Time         3.5 s',
    '  Job          job1',
  ]);
});

test('what was not solved shows what was tried', () => {
  expect(jobLines(fakeJobs.notSolved, 'sky.jpg')).toEqual([
    'sky.jpg: not solved',
    '  Tried  hint  stars   time  result',
    '  fast   none     40  2.0 s  gave up',
    '  Time  3.5 s',
    '  Job   job1',
  ]);
});

test('a hint that won shows where it comes from', () => {
  const { solution } = fakeJobs.solved;
  if (!solution) throw new Error('no solution');
  const hinted = { ...solution, hint: 'scale+position', hint_source: 'header' };
  expect(jobLines({ ...fakeJobs.solved, solution: hinted })).toContain(
    '  Recipe       fast, hint: scale+position (header)',
  );
});

test('a running job shows its progress', () => {
  expect(jobLines(fakeJobs.running)).toEqual(['job1: running', '  search: fast, blind', '  Job  job1']);
});

test('small fields are in arcminutes', () => {
  expect(angle(0.999)).toBe('59.94 arcmin');
  expect(angle(1)).toBe('1 degrees');
});

test('a job with a webhook shows how it stands', () => {
  const webhook = { host: 'hooks.example', state: 'given_up', attempts: 9, last_reason: 'status 503' };
  expect(jobLines({ ...fakeJobs.notSolved, webhook })).toContain(
    '  Webhook  hooks.example: given up, 9 attempts (status 503)',
  );
  const waiting = { ...webhook, state: 'waiting', attempts: 0, last_reason: null };
  expect(jobLines({ ...fakeJobs.running, webhook: waiting })).toContain('  Webhook  hooks.example: waiting');
});
