export { readConfig, type SolverConfig, variables } from './config.js';
export { indexesInDirectory, indexListSchema, parseIndexHeader } from './sandbox/star-indexes.js';
export { createService, type SolverService } from './service.js';
