// The seccomp profile of a sandbox, in the form that the Engine API takes: an allow-list of our own. Pure.
import { type ArgumentRule, allowedWith, margin, measured, unknownCalls } from './syscalls.js';

interface Argument {
  readonly index: number;
  readonly value: number;
  readonly valueTwo: number;
  readonly op: 'SCMP_CMP_EQ' | 'SCMP_CMP_MASKED_EQ';
}

interface Rule {
  readonly names: readonly string[];
  readonly action: 'SCMP_ACT_ALLOW' | 'SCMP_ACT_ERRNO';
  readonly errnoRet?: number;
  readonly args?: readonly Argument[];
}

export interface SeccompProfile {
  readonly defaultAction: 'SCMP_ACT_ERRNO';
  readonly archMap: readonly { readonly architecture: string; readonly subArchitectures: readonly string[] }[];
  readonly syscalls: readonly Rule[];
}

const ENOSYS = 38;

/**
 * What is not listed fails with EPERM. Calls of another processor mode (32-bit, x32) are not looked up at all: the
 * kernel kills the process.
 */
export function seccompProfile(): SeccompProfile {
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    archMap: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_AARCH64'].map((architecture) => ({ architecture, subArchitectures: [] })),
    syscalls: [
      ...[...measured, ...margin].map(({ names }): Rule => ({ names, action: 'SCMP_ACT_ALLOW' })),
      ...allowedWith.map(allowWith),
      ...unknownCalls.map(({ names }): Rule => ({ names, action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS })),
    ],
  };
}

function allowWith({ name, index, value, mask }: ArgumentRule): Rule {
  const argument: Argument =
    mask === undefined
      ? { index, value, valueTwo: 0, op: 'SCMP_CMP_EQ' }
      : { index, value: mask, valueTwo: value, op: 'SCMP_CMP_MASKED_EQ' };
  return { names: [name], action: 'SCMP_ACT_ALLOW', args: [argument] };
}
