// A refusal that the audit log knows by more than its route: what was tried, on what.
import { AstrogateError, type ErrorCode } from '@astrogate/proto';
import type { AuditAct } from './audit.js';

type Tried = Pick<AuditAct, 'act' | 'target' | 'detail'>;

export class RefusedAct extends AstrogateError {
  override name = 'RefusedAct';

  constructor(
    code: ErrorCode,
    message: string,
    readonly tried: Tried,
  ) {
    super(code, message);
  }
}
