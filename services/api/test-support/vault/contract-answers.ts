// What the contract server answers. Each rule is one that a real Vault was seen to keep; see the suite in src/vault.
import { isDeepStrictEqual } from 'node:util';
import { packSnapshot, unpackSnapshot } from './contract-snapshot.js';
import { allows, type ContractState, keyBytes, newSecret } from './contract-state.js';

/** What a test makes go wrong. */
export interface ContractFaults {
  /** How many snapshots it will refuse. */
  rejectsSnapshots?: number;
  /** It answers that it has taken a snapshot, then seals itself with what it had. */
  failsToApply?: boolean;
  /** How far its clock is ahead. */
  aheadMs?: number;
}

export interface ContractMemory {
  readonly faults: ContractFaults;
  readonly disk: { state: ContractState };
  isSealed: boolean;
  given: string[];
}

export interface Asked {
  method: string;
  path: string;
  token: string | undefined;
  bytes: Buffer;
  json: Record<string, unknown>;
}

export interface Answered {
  status: number;
  body?: object | Buffer;
}

const refuse = (status: number, ...errors: string[]): Answered => ({ status, body: { errors } });
const done: Answered = { status: 204 };

export function answerFor(memory: ContractMemory, asked: Asked): Answered {
  const open = withoutToken[`${asked.method} ${asked.path}`];
  if (open) return open(memory, asked);
  if (memory.isSealed) return refuse(503, 'Vault is sealed');
  if (asked.path === 'auth/approle/login') return login(memory, asked.json);
  const token = liveToken(memory, asked.token);
  if (token === undefined) return refuse(403, 'permission denied', 'invalid token');
  if (!mayAsk(memory.disk.state, token.policies, asked)) return refuse(403, 'permission denied');
  return (
    withToken[`${asked.method} ${asked.path}`]?.(memory, asked) ??
    keyValueAnswer(memory.disk.state, asked) ??
    operatorAnswer(memory.disk.state, asked) ??
    refuse(404)
  );
}

type Rule = (memory: ContractMemory, asked: Asked) => Answered;

const withoutToken: Record<string, Rule> = {
  'POST sys/init': ({ disk: { state } }, { json }) => {
    if (state.keys) return refuse(400, 'Vault is already initialized');
    const shares = Array.from({ length: Number(json.secret_shares) }, newSecret);
    const root = newSecret();
    state.keys = { shares, needed: Number(json.secret_threshold) };
    state.tokens[root] = { policies: ['root'], ttlSeconds: 0, since: 0 };
    return { status: 200, body: { keys: shares, root_token: root } };
  },
  'GET sys/seal-status': (memory) => ({ status: 200, body: sealStatus(memory) }),
  'GET sys/health': ({ disk, isSealed }) => {
    const initialized = disk.state.keys !== undefined;
    const status = !initialized ? 501 : isSealed ? 503 : 200;
    return { status, body: { initialized, sealed: isSealed, standby: isSealed, version: 'contract server' } };
  },
  'POST sys/unseal': (memory, { json }) => unseal(memory, json),
};

function sealStatus({ disk, isSealed, given }: ContractMemory): object {
  const { keys } = disk.state;
  const counts = { t: keys?.needed ?? 0, n: keys?.shares.length ?? 0, progress: given.length };
  return { type: 'shamir', initialized: keys !== undefined, sealed: isSealed, ...counts, version: 'contract server' };
}

function unseal(memory: ContractMemory, json: Record<string, unknown>): Answered {
  const { keys } = memory.disk.state;
  if (json.reset === true) {
    if (!memory.isSealed) return refuse(400, 'vault is unsealed');
    memory.given = [];
    return { status: 200, body: sealStatus(memory) };
  }
  const key = keyBytes(json.key);
  if (key === undefined) return refuse(400, "'key' must be a valid hex or base64 string");
  if (keys === undefined) return refuse(400, 'Vault is not initialized');
  if (memory.isSealed && !memory.given.includes(key)) memory.given.push(key);
  if (memory.isSealed && memory.given.length === keys.needed) {
    const fits = memory.given.every((each) => keys.shares.includes(each));
    memory.given = [];
    if (!fits) return refuse(400, 'Unseal failed, invalid key');
    memory.isSealed = false;
  }
  return { status: 200, body: sealStatus(memory) };
}

const withToken: Record<string, Rule> = {
  'GET auth/token/lookup-self': () => ({ status: 200, body: { data: {} } }),
  'POST sys/capabilities-self': (memory, { token, json }) => {
    const { state } = memory.disk;
    const policies = liveToken(memory, token)?.policies ?? [];
    const on = (path: string) => {
      const can = ['list', 'delete'].filter((one) =>
        policies.some((name) => allows(state.policies[name] ?? '', path, one)),
      );
      return can.length > 0 ? can : ['deny'];
    };
    const paths = json.paths as string[];
    return { status: 200, body: { data: Object.fromEntries(paths.map((path) => [path, on(path)])) } };
  },
  'POST auth/token/renew-self': (memory, { token }) => {
    const kept = memory.disk.state.tokens[token as string];
    if (kept) kept.since = clockOf(memory);
    return granted(token as string, kept?.ttlSeconds ?? 0);
  },
  'POST auth/token/revoke-self': ({ disk: { state } }, { token }) => {
    delete state.tokens[token as string];
    return done;
  },
  'GET sys/storage/raft/snapshot': ({ disk }) => ({ status: 200, body: packSnapshot(disk.state) }),
  'POST sys/storage/raft/snapshot-force': (memory, { bytes }) => {
    if (memory.faults.rejectsSnapshots) {
      memory.faults.rejectsSnapshots -= 1;
      return refuse(500, 'no');
    }
    let restored: ContractState;
    try {
      restored = unpackSnapshot(bytes);
    } catch (error) {
      return refuse(500, `1 error occurred: ${(error as Error).message}`);
    }
    // Vault answers first and puts the snapshot in place after that; it seals itself when the keys are others.
    setImmediate(() => {
      if (memory.faults.failsToApply) {
        memory.isSealed = true;
        return;
      }
      memory.isSealed = !isDeepStrictEqual(restored.keys, memory.disk.state.keys);
      memory.disk.state = restored;
    });
    return done;
  },
};

const clockOf = ({ faults }: ContractMemory) => Date.now() + (faults.aheadMs ?? 0);

function login(memory: ContractMemory, json: Record<string, unknown>): Answered {
  const { state } = memory.disk;
  const role = Object.values(state.roles).find(({ roleId }) => roleId === json.role_id);
  if (!role?.secretIds.includes(json.secret_id as string)) return refuse(400, 'invalid role or secret ID');
  const token = newSecret();
  state.tokens[token] = { policies: role.policies, ttlSeconds: role.ttlSeconds, since: clockOf(memory) };
  return granted(token, role.ttlSeconds);
}

function granted(token: string, seconds: number): Answered {
  return { status: 200, body: { auth: { client_token: token, lease_duration: seconds, renewable: true } } };
}

function liveToken(memory: ContractMemory, token: string | undefined) {
  const found = memory.disk.state.tokens[token ?? ''];
  if (found === undefined || found.ttlSeconds === 0) return found;
  return found.since + found.ttlSeconds * 1000 > clockOf(memory) ? found : undefined;
}

function mayAsk(state: ContractState, policies: string[], { method, path }: Asked): boolean {
  if (policies.includes('root')) return true;
  const [place = '', query] = path.split('?');
  const reading = query === 'list=true' ? 'list' : 'read';
  const capability = method === 'GET' ? reading : method === 'DELETE' ? 'delete' : 'update';
  return policies.some((name) => allows(state.policies[name] ?? '', place, capability));
}

/** A key-value engine of version 2 at `astrogate`, of which this keeps one version of each secret. */
function keyValueAnswer({ secrets }: ContractState, { method, path, json }: Asked): Answered | undefined {
  const [, part, rest = '', query] = /^astrogate\/(data|metadata)\/([^?]*)(\?list=true)?$/.exec(path) ?? [];
  if (part === undefined) return undefined;
  const place = `astrogate/data/${decodeURIComponent(rest)}`;
  if (query !== undefined) {
    const below = Object.keys(secrets).filter((name) => name.startsWith(place));
    const keys = [...new Set(below.map((name) => /^[^/]*\/?/.exec(name.slice(place.length))?.[0]))].sort();
    return keys.length === 0 ? refuse(404) : { status: 200, body: { data: { keys } } };
  }
  if (method === 'DELETE') {
    delete secrets[place];
    return done;
  }
  if (method === 'GET') return secretAnswer(secrets[place]);
  secrets[place] = { data: json.data };
  return { status: 200, body: { data: { version: 1 } } };
}

/** What whoever looks after Vault does; just enough to set up AppRole and a secret. */
function operatorAnswer(state: ContractState, { method, path, json }: Asked): Answered | undefined {
  const [, policy] = /^sys\/policies\/acl\/(\w+)$/.exec(path) ?? [];
  const [, role, part] = /^auth\/approle\/role\/(\w+)(\/role-id|\/secret-id)?$/.exec(path) ?? [];
  if (policy) state.policies[policy] = String(json.policy);
  else if (role && part) return roleAnswer(state, role, part);
  else if (role) state.roles[role] = newRole(json);
  else if (path.startsWith('secret/') && method === 'GET') return secretAnswer(state.secrets[path]);
  else if (path.startsWith('secret/')) state.secrets[path] = json;
  else if (!/^sys\/(?:mounts|auth)\/\w+$/.test(path)) return undefined;
  return done;
}

function newRole(json: Record<string, unknown>) {
  const [, count, unit] = /^(\d+)([sm])$/.exec(String(json.token_ttl)) ?? [];
  const ttlSeconds = Number(count) * (unit === 'm' ? 60 : 1);
  return { roleId: newSecret(), secretIds: [], policies: json.token_policies as string[], ttlSeconds };
}

function roleAnswer(state: ContractState, name: string, part: string): Answered | undefined {
  const role = state.roles[name];
  if (role === undefined) return undefined;
  if (part === '/role-id') return { status: 200, body: { data: { role_id: role.roleId } } };
  const secretId = newSecret();
  role.secretIds.push(secretId);
  return { status: 200, body: { data: { secret_id: secretId } } };
}

function secretAnswer(data: object | undefined): Answered {
  return data ? { status: 200, body: { data } } : refuse(404);
}
