// The table that `npm run test:admin` prints: which admin job was killed in which step at which moment, and whether it came
// to the same end. From test results, nothing else. Pure.

export interface KillSuite {
  /** Path of the test file. */
  readonly name: string;
  readonly assertionResults: readonly {
    readonly status: string;
    readonly title: string;
    readonly ancestorTitles: readonly string[];
  }[];
}

interface Row {
  /** Job and database. */
  readonly job: string;
  readonly step: string;
  readonly moment: string;
  readonly result: string;
}

const ending = '-kill.database.test.ts';
/** Jobs whose tests name no kind of their own. */
const jobs = ['reset', 'certificate', 'system'];
/** As the tests of kills are called, such as 'restore: killed when it begins to run swap, after begin: the same end'. */
const title = /^(?:(.+?): )?killed (?:at|in(?! every )|when it begins to) "?([^",]+)"?, ([^:]+?)(?:: the same end)?$/;
const results: Readonly<Record<string, string>> = { passed: 'ok', failed: 'FAILED' };

/** Per job and database one line for each step, with its moments; empty when nobody was killed step by step. */
export function killTable(suites: readonly KillSuite[]): string[] {
  const rows = suites.flatMap(rowsOf);
  if (rows.length === 0) return [];
  const count = (result: string) => rows.filter((row) => row.result === result).length;
  const others = rows.length - count('ok') - count('FAILED');
  return [
    ...[...new Set(rows.map(({ job }) => job))].flatMap((job) => block(rows.filter((row) => row.job === job))),
    `killed ${rows.length} times: ${count('ok')} came to the same end, ${count('FAILED')} did not, ${others} skipped`,
  ];
}

function rowsOf({ name, assertionResults }: KillSuite): Row[] {
  if (!name.endsWith(ending)) return [];
  const stem = name.slice(name.lastIndexOf('/') + 1, -ending.length);
  return assertionResults.flatMap(({ title: text, ancestorTitles, status }) => {
    const [, kind, step, moment] = title.exec(text) ?? [];
    if (step === undefined || moment === undefined) return [];
    const words = [...(jobs.includes(stem) ? [stem] : []), ...(kind === undefined ? [] : [kind])];
    const job = [words.join(' '), ...ancestorTitles].join(', ');
    return [{ job, step, moment, result: results[status] ?? 'skipped' }];
  });
}

function block(rows: readonly Row[]): string[] {
  const steps = [...new Set(rows.map(({ step }) => step))];
  const width = Math.max(...steps.map((step) => step.length));
  const lines = steps.map((step) => {
    const moments = rows.filter((row) => row.step === step).map(({ moment, result }) => `${moment}: ${result}`);
    return `  ${step.padEnd(width)}  ${moments.join('  ')}`;
  });
  return [rows[0]?.job ?? '', ...lines, ''];
}
