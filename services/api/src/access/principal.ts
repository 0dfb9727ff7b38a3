// Who may ask, and how he is named. Pure.
export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];
/** Who asks. */
export type Principal =
  | { readonly kind: 'anonymous'; readonly callerKey: string }
  | {
      readonly kind: 'user';
      readonly userId: string;
      readonly name: string;
      readonly role: Role;
      readonly isSuperuser: boolean;
      readonly sessionId: string;
    }
  | {
      readonly kind: 'key';
      readonly keyId: string;
      readonly userId: string;
      readonly name: string;
      readonly role: Role;
      readonly isSuperuser: boolean;
      readonly scopes: readonly Scope[];
    };
export const scopes = ['solve', 'read', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Somebody who has signed in. */
export type Person = Extract<Principal, { kind: 'user' }>;

/** As it stands in the audit log: "user:ID", "key:ID" or "anonymous". */
export function actorOf(who: Principal | undefined): string {
  if (who?.kind === 'user') return `user:${who.userId}`;
  return who?.kind === 'key' ? `key:${who.keyId}` : 'anonymous';
}
