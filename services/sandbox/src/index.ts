// The program has one entry, main.ts. This is what its tests and the image builder may name, and the pieces that
// `npm run tune` measures one by one.
export { containerBox } from './box.js';
export { Engine } from './engine/engine.js';
export { writeEngineConfig } from './engine/engine-config.js';
export { openPicture } from './picture/open.js';
export type { PictureFile } from './picture/picture.js';
export { binningFor, type PictureSize, planeSizes, recipeTable } from './recipes/recipe.js';
export { blindHint } from './recipes/search-hint.js';
export { StarLists } from './recipes/star-lists.js';
export { rehearse } from './rehearsal.js';
export { calibrate } from './solution/calibration.js';
export { inSearchOrder, type Ordering } from './sources/search-order.js';
export type { Source } from './sources/source.js';
export { type FinderSettings, findStars } from './sources/star-finder.js';
export { sandboxVersion } from './versions.js';
