// The recipes that are measured. Those that can be ruled out for good are taken out again, so that a run ends today.
import type { FinderSettings, Ordering } from '@astrogate/sandbox';
import type { Candidate } from './candidate.js';

type Extractor = Omit<Extract<FinderSettings, { finder: 'source-extractor' }>, 'finder'>;

const usual: Extractor = {
  sigma: 8,
  filter: 'gauss_2.0_5x5',
  leastPixels: 5,
  backgroundBox: 64,
  flux: 'FLUX_AUTO',
};

/** About 400 x 300 pixels, 800 x 600, and 1600 x 1200; see `binningFor`. */
const planes = { small: 0.125e6, middle: 0.5e6, large: 2e6 } as const;
type PlaneName = keyof typeof planes;

function extractor(plane: PlaneName, changes: Partial<Extractor>, ordering: Ordering = { uniform: true }): Candidate {
  const settings = { finder: 'source-extractor', ...usual, ...changes } as const;
  const said = [
    `SE ${settings.filter.replace(/_\d+x\d+$/, '').replace('_', ' ')}`,
    `sigma ${settings.sigma}`,
    settings.leastPixels !== usual.leastPixels ? `area ${settings.leastPixels}` : '',
    settings.backgroundBox !== usual.backgroundBox ? `back ${settings.backgroundBox}` : '',
    settings.flux !== usual.flux ? settings.flux.slice(5).toLowerCase() : '',
  ];
  return candidate(said, settings, plane, ordering);
}

const image2xy = (plane: PlaneName, sigma: number, ordering: Ordering = { uniform: true }): Candidate =>
  candidate([`image2xy sigma ${sigma}`], { finder: 'image2xy', sigma }, plane, ordering);

function candidate(said: string[], settings: FinderSettings, plane: PlaneName, ordering: Ordering): Candidate {
  const order = [ordering.uniform ? '' : 'plain', ordering.most === undefined ? '' : `first ${ordering.most}`];
  const name = [...said, plane, ...order].filter((part) => part !== '').join(' ');
  return { name, settings, planePixels: planes[plane], ordering };
}

const hat = 'mexhat_2.0_7x7';
const plain: Ordering = { uniform: false };
const uniform: Ordering = { uniform: true };

export const candidates: readonly Candidate[] = [plain, uniform].flatMap((ordering) => [
  ...(['small', 'middle'] as const).flatMap((plane) => [
    ...[4, 8, 20].map((sigma) => extractor(plane, { sigma }, ordering)),
    extractor(plane, { sigma: 4, filter: hat }, ordering),
    extractor(plane, { sigma: 5, filter: 'gauss_3.0_7x7' }, ordering),
    image2xy(plane, 8, ordering),
  ]),
  extractor('small', { sigma: 5, filter: 'gauss_1.5_3x3', leastPixels: 2 }, ordering),
  extractor('small', { sigma: 5, filter: 'mexhat_1.5_5x5', leastPixels: 2 }, ordering),
  extractor('small', { flux: 'FLUX_ISO' }, ordering),
  image2xy('small', 20, ordering),
  extractor('large', {}, ordering),
]);
