// Which account may change which, and how. Pure: what is decided on is read, and the change made, in one transaction.
import type { Role } from '../access/principal.js';

/** What decides about an account. */
export interface Standing {
  readonly id: string;
  readonly role: Role;
  readonly isSuperuser: boolean;
  readonly isDisabled: boolean;
}

/** What is to become of an account. */
export interface UserChange {
  readonly role?: Role | undefined;
  readonly isSuperuser?: boolean | undefined;
  readonly isDisabled?: boolean | undefined;
  /** A new password, or no second factor any more, set by somebody else. */
  readonly credentials?: true;
  readonly removed?: true;
}

export type ChangeDecision =
  | 'allowed'
  | 'no_admin'
  | 'superuser_only'
  | 'superuser_is_admin'
  | 'oneself'
  | 'last_admin'
  | 'last_superuser';

export const isLiveAdmin = ({ role, isDisabled }: Pick<Standing, 'role' | 'isDisabled'>) =>
  role === 'admin' && !isDisabled;

/** Whether `actor` may make an account like that. */
export function decideCreation(actor: Standing, made: Pick<Standing, 'role' | 'isSuperuser'>): ChangeDecision {
  if (!isLiveAdmin(actor)) return 'no_admin';
  if (!made.isSuperuser) return 'allowed';
  if (!actor.isSuperuser) return 'superuser_only';
  return made.role === 'admin' ? 'allowed' : 'superuser_is_admin';
}

/** Whether `actor` may do that to `target`. `admins`: all accounts with role admin, these two included if they are. */
export function decideChange(
  actor: Standing,
  target: Standing,
  change: UserChange,
  admins: readonly Standing[],
): ChangeDecision {
  if (!isLiveAdmin(actor)) return 'no_admin';
  const next = {
    role: change.role ?? target.role,
    isSuperuser: change.isSuperuser ?? target.isSuperuser,
    isDisabled: change.isDisabled ?? target.isDisabled,
  };
  if ((target.isSuperuser || next.isSuperuser) && !actor.isSuperuser) return 'superuser_only';
  // He has ways of his own, which ask for what he has now.
  if (actor.id === target.id && (change.removed || change.isDisabled || change.credentials)) return 'oneself';
  const stays = !change.removed && isLiveAdmin(next);
  const others = admins.filter((admin) => admin.id !== target.id && isLiveAdmin(admin));
  if (isLiveAdmin(target) && !stays && others.length === 0) return 'last_admin';
  const isSuper = isLiveAdmin(target) && target.isSuperuser;
  if (isSuper && !(stays && next.isSuperuser) && !others.some((admin) => admin.isSuperuser)) return 'last_superuser';
  if (!change.removed && next.isSuperuser && next.role !== 'admin') return 'superuser_is_admin';
  return 'allowed';
}
