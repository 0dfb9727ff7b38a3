import { expect, test } from '@jest/globals';
import { goalsOf, kindFigures, type LoadReport, loadTable } from './load-summary.js';

const service = { jobs: 10, solved: 10, seconds: 10, machineCpu: 21.5, apiCpu: 0.5, solverCpu: 0.3, clientCpu: 0.2 };
const bare = { jobs: 10, solved: 9, seconds: 9.5, machineCpu: 21, programCpu: 20, clientCpu: 0.1 };
const worst = {
  api_event_loop_p99_seconds: 0.02,
  solver_event_loop_p99_seconds: 0.01,
  api_rss_growth_bytes: 20e6,
  solver_rss_growth_bytes: 0,
  jobs_waiting: 8,
  attempts_running: 2,
};
const figures = kindFigures([service, service], [bare, bare]);
const upload = { clients: 20, bytes_each: 50e6, seconds: 4, megabytes_per_second: 250 };
const report: LoadReport = {
  blind: { ...figures, ...worst },
  hinted: { ...figures, ...worst },
  uploads: { ...upload, ...worst },
};

test('throughput is compared, and what is not the program is told apart', () => {
  expect(figures.throughput_ratio).toBeCloseTo(0.95);
  expect(figures.program_cpu_seconds).toBeCloseTo(2);
  expect(figures.overhead_cpu_seconds).toBeCloseTo(0.15);
  expect(figures.engine_cpu_seconds).toBeCloseTo(0.05);
});

test('each goal is met or missed by what was measured, by the worst part of the run', () => {
  expect(goalsOf(report).map(({ met }) => met)).toEqual([true, true, true, true, true]);
  const late = { ...report, hinted: { ...report.hinted, solver_event_loop_p99_seconds: 0.06 } };
  expect(goalsOf(late).map(({ met }) => met)).toEqual([true, true, true, true, false]);
  const slow = { ...report, blind: { ...report.blind, throughput_ratio: 0.89 } };
  expect(goalsOf(slow)[0]).toMatchObject({ met: false, measured: '0.890 (2.00 CPU-seconds a job)' });
});

test('the tables show goals and figures', () => {
  expect(loadTable(report)).toContain('| event loop of the api, worst p99 | < 50 ms | 20.0 ms | yes |');
  expect(loadTable(report)).toContain('| blind | 20 of 20 | 1.00 | 1.05 | 2.00 | 0.050 | 0.030 | 0.020 | 0.050 |');
});
