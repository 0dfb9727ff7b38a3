// The table that `npm run test:attacks` prints: from test results and from what the tests wrote down, nothing else. Pure.

/** One line that an attack wrote: what was measured with a control in place and without it. */
export interface AttackEvidence {
  readonly attack: string;
  readonly control: string;
  readonly held: string;
  readonly weakened: string;
  readonly second?: string;
}

export interface AttackSuite {
  /** Path of the test file. */
  readonly name: string;
  readonly assertionResults: readonly { readonly status: string }[];
}

const ending = '.attack.test.ts';

/** Lines of JSON; a line that is none is passed over, since its writer may have been killed. */
export function readEvidence(text: string): AttackEvidence[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as AttackEvidence];
    } catch {
      return [];
    }
  });
}

/** The table as lines: per attack its cases and result, below it each control with what it was worth. */
export function attackTable(suites: readonly AttackSuite[], evidence: readonly AttackEvidence[]): string[] {
  const attacks = suites.filter(({ name }) => name.endsWith(ending)).sort((a, b) => a.name.localeCompare(b.name));
  const cases = attacks.reduce((sum, { assertionResults }) => sum + assertionResults.length, 0);
  return [
    ...attacks.flatMap((suite) => block(suite, evidence)),
    `${attacks.length} attacks, ${cases} cases. "without": the same with this control alone taken away, unless it says more.`,
  ];
}

function block({ name, assertionResults }: AttackSuite, evidence: readonly AttackEvidence[]): string[] {
  const attack = name.slice(name.lastIndexOf('/') + 1, -ending.length);
  const rows = evidence.filter((row) => row.attack === attack);
  const controls = [...new Set(rows.map(({ control }) => control))];
  return [
    `${attack}  ${resultOf(assertionResults)}`,
    ...controls.flatMap((control) => [
      `  ${control}`,
      ...rows.filter((row) => row.control === control).flatMap(measurement),
    ]),
    '',
  ];
}

const measurement = ({ held, weakened, second }: AttackEvidence): string[] => [
  `    with     ${held}`,
  `    without  ${weakened}`,
  ...(second ? [`    also     ${second}`] : []),
];

function resultOf(results: AttackSuite['assertionResults']): string {
  const count = (status: string) => results.filter((result) => result.status === status).length;
  const [passed, failed] = [count('passed'), count('failed')];
  const others = results.length - passed - failed;
  const parts = [`${passed} passed`, ...(failed ? [`${failed} FAILED`] : []), ...(others ? [`${others} skipped`] : [])];
  return `${results.length} cases: ${parts.join(', ')}`;
}
