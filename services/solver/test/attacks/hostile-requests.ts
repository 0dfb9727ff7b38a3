// Requests of every kind that hold one chosen field: the fields of the contract, the bytes around them, and what a
// refusal looks like.
import { descriptor } from '../../../../proto/src/gen/descriptor.js';
import { soundHeader } from './hostile-fields.js';
import type { Ending } from './raw-call.js';
import { block, field, headerMessage } from './wire.js';

interface FieldJson {
  readonly type: string;
  readonly id: number;
}
interface PackageJson {
  readonly nested?: Readonly<Record<string, PackageJson>>;
  readonly methods?: Readonly<Record<string, { requestType: string }>>;
  readonly fields?: Readonly<Record<string, FieldJson>>;
}

function fieldsOf(root: PackageJson): Map<string, number> {
  const found = new Map<string, number>();
  const enter = (scope: PackageJson, message: string) => {
    for (const [name, { id, type }] of Object.entries(scope.nested?.[message]?.fields ?? {})) {
      if (found.has(`${message}.${name}`)) continue;
      found.set(`${message}.${name}`, id);
      enter(scope, type);
    }
  };
  const look = (scope: PackageJson) => {
    for (const part of Object.values(scope.nested ?? {})) {
      for (const { requestType } of Object.values(part.methods ?? {})) enter(scope, requestType);
      look(part);
    }
  };
  look(root);
  return found;
}

/** "Message.field" of every request message of every service, with the field's number. */
export const fields: ReadonlyMap<string, number> = fieldsOf(descriptor as PackageJson);

let jobs = 0;

/** The bytes of the request message in which `message` holds `inner`. */
export function around(message: string, inner: Buffer, without: number): Buffer {
  jobs += 1;
  const header = (more: Buffer) => headerMessage(Buffer.concat([soundHeader(`job${jobs}`), more]));
  if (message === 'SolveHeader') return headerMessage(Buffer.concat([soundHeader(`job${jobs}`, without), inner]));
  if (message === 'Hints') return header(field(7, block(inner)));
  if (message === 'JobLimits') return header(field(8, block(inner)));
  if (message === 'Guess') return header(field(9, block(inner)));
  if (message === 'TargetRequest') {
    const sound: [number, string][] = [
      [1, 'absent'],
      [2, 'attack'],
      [3, 'attack'],
    ];
    const others = sound.filter(([number]) => number !== without).map(([number, text]) => field(number, block(text)));
    return Buffer.concat([...others, inner]);
  }
  return inner;
}

const paths: Readonly<Record<string, string>> = {
  TargetRequest: '/astrogate.admin.v1.AdminService/RestartTarget',
  TailLogsRequest: '/astrogate.ops.v1.OpsService/TailLogs',
  HealthCheckRequest: '/grpc.health.v1.Health/Check',
};

export const pathOf = (message: string): string => paths[message] ?? '/astrogate.solver.v1.SolverService/Solve';

export const says = ({ status, errorCode }: Ending): string => `${status} ${errorCode}`;

/** What a call says whose field was refused. */
const refused: Readonly<Record<string, RegExp>> = {
  TailLogsRequest: /^7 forbidden$/,
  HealthCheckRequest: /^5 not_found$/,
};
const refusal = /^3 (invalid_request|unsupported_format)$|^8 upload_too_large$/;

/** What a call says when this field of `message` was refused. */
export const refusalOf = (message: string): RegExp => refused[message] ?? refusal;
