export { readConfig, type SolverConfig, solverVariables } from './config.js';
export { indexesInDirectory, indexListSchema, parseIndexHeader } from './sandbox/star-indexes.js';
export { createService, type SolverService } from './service.js';
