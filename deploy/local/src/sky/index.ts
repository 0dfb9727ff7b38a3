// Test skies with a known answer, and the judge of what a solver says about them.
export { type PlacedStar, starsOf } from './catalogue.js';
export * as encode from './encode.js';
export { separationPixels, separationsPixels } from './judge.js';
export { type Random, seededRandom } from './random.js';
export { renderSky, type Sky, type SkyOptions } from './render.js';
export { type SampleSky, sampleSky, sampleTruth } from './sample.js';
export type { Texture } from './scenery.js';
export { containerTool, type RunTool, type ToolImage } from './tool.js';
export { type Truth, truthHeader } from './truth.js';
