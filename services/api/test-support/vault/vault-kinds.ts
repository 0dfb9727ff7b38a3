// What stands for Vault in tests: the contract server always, and a real Vault in `npm run test:admin`.
import { vaultBinary } from '../environment.js';
import type { ContractFaults } from './contract-answers.js';
import { startRealVault } from './real-vault.js';
import type { RunningVault } from './running-vault.js';
import { startContractServer } from './vault-contract-server.js';

/** A real Vault has no faults to order. */
type VaultKind = readonly [name: string, start: (faults?: ContractFaults) => Promise<RunningVault>];

const real = (binary: string): VaultKind => ['a real Vault', () => startRealVault(binary)];

export const vaultKinds: readonly VaultKind[] = [
  ['the contract server', startContractServer],
  ...(vaultBinary === undefined ? [] : [real(vaultBinary)]),
];
