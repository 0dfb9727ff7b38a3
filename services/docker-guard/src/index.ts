export { type GuardConfig, guardVariables, readConfig } from './config.js';
export { createService, type GuardService } from './service.js';
