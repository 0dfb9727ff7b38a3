// The kinds of jobs that are mixed, how often each comes, and the words in which it may end when nothing is killed.
import type { Random } from '@astrogate/local';
import {
  type CallEnd,
  type Caller,
  cancelIt,
  deleteIt,
  dropIn,
  leaveEarly,
  leaveMidUpload,
  solveIt,
} from './soak-calls.js';
import type { GoodPicture, SoakPictures } from './soak-pictures.js';

export interface SoakKind {
  name: string;
  /** Of 100 jobs. */
  share: number;
  words: readonly string[];
  act(caller: Caller, pictures: SoakPictures, random: Random): Promise<CallEnd>;
}

/** Noise that nobody gives up keeps a slot this long. */
const noiseSeconds = '2';
/** A caller leaves while his job waits, opens, searches, or has just ended. */
const longestStayMs = 1_500;

const goodOf = ({ good }: SoakPictures, random: Random) =>
  good[Math.floor(random.uniform() * good.length)] as GoodPicture;
const stay = (random: Random) => 1 + Math.floor(random.uniform() * longestStayMs);
const withScale = (scale: number) => ({
  ...{ scale_low: String(scale * 0.8), scale_high: String(scale * 1.2), scale_units: 'arcsecperpix' },
});

export const soakKinds: readonly SoakKind[] = [
  {
    ...{ name: 'sky, blind', share: 20, words: ['solved'] },
    act: (caller, pictures, random) => solveIt(caller, goodOf(pictures, random).bytes, {}),
  },
  {
    ...{ name: 'sky, hinted', share: 18, words: ['solved'] },
    act: (caller, pictures, random) => {
      const { bytes, truth } = goodOf(pictures, random);
      return solveIt(caller, bytes, withScale(truth.scale));
    },
  },
  {
    ...{ name: 'sky, synchronous', share: 10, words: ['solved'] },
    act: (caller, pictures, random) => dropIn(caller, goodOf(pictures, random).bytes, {}),
  },
  {
    ...{ name: 'cancelled', share: 8, words: ['cancelled', 'not_solved'] },
    act: (caller, { hostile }, random) => cancelIt(caller, hostile.noise, {}, stay(random)),
  },
  {
    ...{ name: 'deleted', share: 8, words: ['deleted'] },
    act: (caller, { hostile }, random) => deleteIt(caller, hostile.noise, {}, stay(random)),
  },
  {
    ...{ name: 'caller leaves', share: 8, words: ['left', 'not_solved'] },
    act: (caller, { hostile }, random) => leaveEarly(caller, hostile.noise, stay(random)),
  },
  {
    ...{ name: 'caller leaves mid-upload', share: 6, words: ['left'] },
    act: (caller, { hostile }, random) => leaveMidUpload(caller, hostile.noise, random.uniform() * 100),
  },
  {
    ...{ name: 'noise, short limit', share: 6, words: ['failed timeout', 'not_solved'] },
    act: (caller, { hostile }) => solveIt(caller, hostile.noise, { max_seconds: noiseSeconds }),
  },
  {
    ...{ name: 'garbage', share: 4, words: ['refused 415 unsupported_format'] },
    act: (caller, { hostile }) => solveIt(caller, hostile.garbage, {}),
  },
  {
    ...{ name: 'truncated', share: 4, words: ['failed image_unreadable'] },
    act: (caller, { hostile }) => solveIt(caller, hostile.truncated, {}),
  },
  {
    ...{ name: 'bomb, PNG', share: 4, words: ['failed image_too_large'] },
    act: (caller, { hostile }) => solveIt(caller, hostile.bomb, {}),
  },
  {
    ...{ name: 'bomb, gzip', share: 4, words: ['failed image_too_large'] },
    act: (caller, { hostile }) => solveIt(caller, hostile.gzipBomb, {}),
  },
];

/** `count` kinds in random order, as often as their shares say, each at least once when there is room. */
export function mixOf(count: number, random: Random, kinds = soakKinds): SoakKind[] {
  const whole = kinds.reduce((sum, { share }) => sum + share, 0);
  const mix = kinds.slice(0, count);
  while (mix.length < count) mix.push(chosen(kinds, random.uniform() * whole));
  for (let at = mix.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random.uniform() * (at + 1));
    [mix[at], mix[other]] = [mix[other] as SoakKind, mix[at] as SoakKind];
  }
  return mix;
}

function chosen(kinds: readonly SoakKind[], dice: number): SoakKind {
  let below = 0;
  const at = kinds.findIndex(({ share }) => {
    below += share;
    return dice < below;
  });
  return kinds[Math.max(0, at)] as SoakKind;
}
