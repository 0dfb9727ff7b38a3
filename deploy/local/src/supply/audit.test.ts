import { expect, test } from '@jest/globals';
import { auditVerdict } from './audit.js';

const report = (severity: string) =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: {
      a: { via: ['b'] },
      b: { via: [{ title: 'bad', url: 'https://example.org/advisories/GHSA-1', severity }] },
    },
  });

test.each(['high', 'critical'])('a %s finding is told with package and advisory', (severity) => {
  expect(auditVerdict(report(severity))).toEqual({
    kind: 'findings',
    lines: [`b: ${severity}: bad (https://example.org/advisories/GHSA-1)`],
  });
});

test('lesser findings, and excepted ones with their reason, are clean', () => {
  expect(auditVerdict(report('moderate'))).toEqual({ kind: 'clean', excepted: [] });
  const verdict = auditVerdict(report('high'), { 'GHSA-1': 'not reachable' });
  expect(verdict).toEqual({ kind: 'clean', excepted: ['GHSA-1: not reachable'] });
});

test.each([
  [
    'a registry without the endpoint',
    '{"message": "405 Method Not Allowed", "statusCode": 405}',
    '405 Method Not Allowed',
  ],
  ['no answer at all', '', 'npm gave no report'],
  ['a report of another form', '{"auditReportVersion": 3}', 'npm gave no report'],
])('%s is not taken for a clean one', (_what, output, why) => {
  expect(auditVerdict(output)).toEqual({ kind: 'not_asked', why });
});
