// Where Vault cannot be brought to where an admin job wants it, its operator may say that it is left as it is. That is an
// answer of its own, which the audit log tells of: nobody comes to it by trying again.
import { AstrogateError } from '@astrogate/proto';
import type { StepContext } from '../plan.js';

const leftKey = 'vault_left';

/** Whether Vault is left alone from now on; noted, and remembered by the job. */
export async function isLeft(step: StepContext): Promise<boolean> {
  const isSaid = step.told === 'leave';
  if (isSaid) await step.keep(leftKey, true);
  if (!isSaid && step.kept[leftKey] !== true) return false;
  await step.note('Vault is left as its operator has it');
  return true;
}

/** For what a step says when it waits. */
export const orLeave = (why: string, jobId: string) =>
  `${why}; or leave Vault as it is: astrogate admin continue ${jobId} --leave-vault`;

/** The same failure, and how to go on in spite of it. */
export function offerLeaving(error: unknown, jobId: string): AstrogateError {
  const { code, message } = AstrogateError.from(error);
  return new AstrogateError(code, orLeave(message, jobId), { cause: error });
}
