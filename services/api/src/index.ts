// What tests and the local starter import.
export { type ApiConfig, apiVariables, readConfig } from './config.js';
export { type ApiContext, createContext } from './context.js';
export { createApp } from './http/app.js';
export { type ApiService, startApi } from './service.js';
export { type Attempt, type AttemptOptions, GrpcSolverClient, type SolverClient } from './solver-client.js';
export { openDatabase } from './storage/database.js';
