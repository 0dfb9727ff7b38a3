// The program has one entry, main.ts; this is what its tests and the image builder may name.
export { sandboxVersion } from './versions.js';
