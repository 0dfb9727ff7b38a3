// The recipes that are measured: those in use, and others of their kinds.
import { type FinderSettings, type Ordering, planeSizes, recipeTable } from '@astrogate/sandbox';
import type { Candidate } from './candidate.js';

type Extractor = Omit<Extract<FinderSettings, { finder: 'source-extractor' }>, 'finder'>;
type PlaneName = keyof typeof planeSizes;

const usual: Extractor = {
  sigma: 8,
  filter: 'gauss_2.0_5x5',
  leastPixels: 5,
  backgroundBox: 64,
  flux: 'FLUX_AUTO',
};

/** A recipe's place in the tables says all that differs from the usual. */
function nameOf(settings: FinderSettings, plane: PlaneName, { uniform, most }: Ordering): string {
  const order = [plane, uniform ? 'uniform' : 'plain', most === undefined ? 'all' : `first ${most}`];
  if (settings.finder !== 'source-extractor') return [`${settings.finder} ${settings.sigma}`, ...order].join(', ');
  const { sigma, filter, leastPixels, backgroundBox, flux } = settings;
  const changes = [
    filter !== usual.filter ? filter.replace(/_\d+x\d+$/, '').replace('_', ' ') : '',
    leastPixels !== usual.leastPixels ? `area ${leastPixels}` : '',
    backgroundBox !== usual.backgroundBox ? `back ${backgroundBox}` : '',
    flux !== usual.flux ? flux.slice(5).toLowerCase() : '',
  ].filter((change) => change !== '');
  return [`extractor ${sigma}`, ...changes, ...order].join(', ');
}

const candidate = (settings: FinderSettings, plane: PlaneName, ordering: Ordering): Candidate => ({
  name: nameOf(settings, plane, ordering),
  settings,
  planePixels: planeSizes[plane],
  ordering,
});

/** The recipes in use, in their order. */
export const inUse: readonly Candidate[] = recipeTable.map(({ settings, plane, ordering }) =>
  candidate(settings, plane, ordering),
);

const extractor = (changes: Partial<Extractor>) => ({ finder: 'source-extractor', ...usual, ...changes }) as const;
const peaks = (sigma: number) => ({ finder: 'peaks', sigma }) as const;

const plain: Ordering = { uniform: false, most: 150 };
const uniform: Ordering = { uniform: true, most: 150 };

const others: readonly Candidate[] = [
  candidate(extractor({ sigma: 8 }), 'small', uniform),
  candidate(extractor({ sigma: 8, flux: 'FLUX_MAX' }), 'small', plain),
  candidate(extractor({ sigma: 8, flux: 'FLUX_MAX' }), 'middle', plain),
  candidate(extractor({ sigma: 4 }), 'small', uniform),
  candidate(peaks(8), 'small', uniform),
  candidate(peaks(8), 'middle', plain),
];

export const candidates: readonly Candidate[] = [
  ...new Map([...inUse, ...others].map((one) => [one.name, one])).values(),
];
