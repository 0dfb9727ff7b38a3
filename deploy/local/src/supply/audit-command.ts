// `npm run audit`: asks the registry about known weaknesses of what is shipped. It never takes silence for "none".
import { spawnSync } from 'node:child_process';
import { inheritedEnvironment } from '../config.js';
import { places } from '../places.js';
import { say } from '../step.js';
import { auditVerdict } from './audit.js';

const usage = `Usage: npm run audit
Asks the registry for known weaknesses of all packages that are not for development alone.
Exit codes: 0 no high or critical one beside the explained exceptions; 1 there are some; 2 the registry could not be asked.`;

export function audit(args: readonly string[]): void {
  if (args.includes('--help')) {
    console.log(usage);
    return;
  }
  const verdict = auditVerdict(npmAudit());
  if (verdict.kind === 'not_asked') {
    say(`the registry could not be asked, nothing was checked: ${verdict.why}`);
    process.exitCode = 2;
  } else if (verdict.kind === 'findings') {
    for (const line of verdict.lines) console.log(line);
    process.exitCode = 1;
  } else {
    for (const line of verdict.excepted) console.log(`excepted: ${line}`);
    console.log('no high or critical weakness is known');
  }
}

/** Its output, whatever its exit code: it ends with 1 for findings and for a registry that does not answer. */
function npmAudit(): string {
  const args = ['audit', '--json', '--audit-level=high', '--omit=dev'];
  const { stdout } = spawnSync('npm', args, { cwd: places.root, env: inheritedEnvironment(), encoding: 'utf8' });
  return stdout ?? '';
}
