// What tests of the api take from the command that runs them. `npm test` sets none of it, `npm run test:admin` all.

/** Whether tables of kills have a row for each moment of each step, or one row that is killed in each step. */
export const isKillTableFull = process.env.ASTROGATE_KILL_TABLE === 'full';

/** A real Vault to run what otherwise runs on the contract server alone; undefined: there is none. */
export const vaultBinary = process.env.ASTROGATE_TEST_VAULT || undefined;
