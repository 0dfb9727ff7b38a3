// What an answer of `npm audit --json` means. Pure.

/** Advisories that are known and do no harm here, each with its reason, by their id (GHSA-…). None now. */
export const auditExceptions: Readonly<Record<string, string>> = {};

export type AuditVerdict =
  | { readonly kind: 'clean'; readonly excepted: readonly string[] }
  | { readonly kind: 'findings'; readonly lines: readonly string[] }
  | { readonly kind: 'not_asked'; readonly why: string };

interface Advisory {
  readonly title?: string;
  readonly url?: string;
  readonly severity?: string;
}

interface Answer {
  readonly auditReportVersion?: number;
  readonly vulnerabilities?: Record<string, { readonly via: readonly (Advisory | string)[] }>;
  readonly message?: string;
}

const grave = new Set(['high', 'critical']);

/** An answer that is no audit report means that nothing was checked, whatever its exit code. */
export function auditVerdict(output: string, exceptions = auditExceptions): AuditVerdict {
  const answer = parsed(output);
  if (answer?.auditReportVersion !== 2 || answer.vulnerabilities === undefined) {
    return { kind: 'not_asked', why: answer?.message ?? 'npm gave no report' };
  }
  const excepted = new Set<string>();
  const lines = new Set<string>();
  for (const [name, { via }] of Object.entries(answer.vulnerabilities)) {
    for (const advisory of via) {
      if (typeof advisory === 'string' || !grave.has(advisory.severity ?? '')) continue;
      const id = advisory.url?.split('/').at(-1) ?? '';
      if (exceptions[id]) excepted.add(`${id}: ${exceptions[id]}`);
      else lines.add(`${name}: ${advisory.severity}: ${advisory.title} (${advisory.url})`);
    }
  }
  return lines.size > 0 ? { kind: 'findings', lines: [...lines] } : { kind: 'clean', excepted: [...excepted] };
}

function parsed(output: string): Answer | undefined {
  try {
    return JSON.parse(output) as Answer;
  } catch {
    return undefined;
  }
}
