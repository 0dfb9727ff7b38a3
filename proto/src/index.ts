export * from './error-codes.js';
export * from './identifiers.js';
export * from './load.js';
export * from './sandbox-frames.js';
export * from './sandbox-protocol.js';
export * from './types.js';
