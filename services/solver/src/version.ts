// The version of the solver, as in its package.json; a test compares the two.
export const solverVersion = '0.1.0';
