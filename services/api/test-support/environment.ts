// What tests of the api take from the command that runs them. `npm test` sets none of it, `npm run test:admin` all.

/**
 * Whether tests run in their full form: tables of kills have a row for each moment of each step instead of one row that is
 * killed in each step, and what hardly depends on the database runs on both of them.
 */
export const isFull = process.env.ASTROGATE_KILL_TABLE === 'full';

/** A real Vault to run what otherwise runs on the contract server alone; undefined: there is none. */
export const vaultBinary = process.env.ASTROGATE_TEST_VAULT || undefined;
