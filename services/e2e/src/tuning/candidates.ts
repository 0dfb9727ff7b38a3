// The recipes that are measured. Those that can be ruled out for good are taken out again, so that a run ends today.
import { type FinderSettings, type Ordering, planes } from '@astrogate/sandbox';
import type { Candidate } from './candidate.js';

type Extractor = Omit<Extract<FinderSettings, { finder: 'source-extractor' }>, 'finder'>;

const usual: Extractor = {
  sigma: 8,
  filter: 'gauss_2.0_5x5',
  leastPixels: 5,
  backgroundBox: 64,
  flux: 'FLUX_AUTO',
};

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

const peaks = (plane: PlaneName, sigma: number, ordering: Ordering): Candidate =>
  candidate([`peaks sigma ${sigma}`], { finder: 'peaks', sigma }, plane, ordering);

const plain = { uniform: false, most: 150 } as const;
const spread = { uniform: true, most: 150 } as const;

export const candidates: readonly Candidate[] = [
  ...(['small', 'middle'] as const).flatMap((plane) => [
    peaks(plane, 8, plain),
    extractor(plane, {}, spread),
    extractor(plane, { sigma: 4 }, spread),
    extractor(plane, { flux: 'FLUX_MAX' }, spread),
  ]),
  peaks('small', 8, spread),
  peaks('middle', 12, plain),
  image2xy('small', 8, spread),
];
