export * from './event-loop-delay.js';
export * from './lifecycle.js';
export * from './logger.js';
export * from './privileges.js';
export * from './rpc-options.js';
export * from './tls-files.js';
export * from './variables.js';
