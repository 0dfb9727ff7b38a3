// The tables of the accounts as TypeScript sees them. What each column is for stands in migrations/0010-accounts.ts.
import type { ColumnType, Generated } from 'kysely';
import type { Role } from '../access/principal.js';

type OptionalDate = ColumnType<Date | null, Date | null | undefined, Date | null>;

export interface AccountTables {
  users: {
    id: string;
    name: string;
    role: ColumnType<Role, Role, Role>;
    is_superuser: boolean;
    is_disabled: Generated<boolean>;
    password_hash: string;
    password_changed_at: Generated<Date>;
    created_at: Generated<Date>;
  };
  login_attempts: {
    name_hash: string;
    failures: Generated<number>;
    last_at: Generated<Date>;
    locked_until: OptionalDate;
  };
  bootstrap: { id: number; secret_hash: string; created_at: Generated<Date>; used_at: OptionalDate };
  sessions: {
    id: string;
    user_id: string;
    created_at: Generated<Date>;
    expires_at: Date;
    ended_at: OptionalDate;
    ended_by: ColumnType<string | null, never, string>;
  };
  refresh_tokens: {
    hash: string;
    session_id: string;
    created_at: Generated<Date>;
    expires_at: Date;
    used_at: OptionalDate;
  };
  second_factors: {
    user_id: string;
    sealed_secret: string;
    confirmed_at: OptionalDate;
    last_step: Generated<number>;
  };
  recovery_codes: { user_id: string; hash: string };
  api_keys: {
    id: string;
    user_id: string;
    name: string;
    prefix: string;
    secret_hash: string;
    scopes: string;
    created_at: Generated<Date>;
    expires_at: Date;
    last_used_at: OptionalDate;
  };
  signing_keys: { kid: string; public_key: string; sealed_key: string; created_at: Generated<Date> };
}
