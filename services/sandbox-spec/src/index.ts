export * from './api-version.js';
export * from './container-spec.js';
export * from './deep-freeze.js';
export * from './inspect-differences.js';
export * from './labels.js';
export * from './limits.js';
export * from './sandbox-name.js';
export * from './targets.js';
