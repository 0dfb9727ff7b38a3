// How long a name is locked after wrong passwords or codes. Pure.

/** So many wrong ones cost nothing: people mistype. */
const freeTries = 4;
const firstLockSeconds = 15;
/** Whoever is locked out by somebody else's guesses waits no longer; at this rate a guesser has 96 tries a day. */
const longestLockSeconds = 900;
/** After this time without a try the count begins again, seconds. */
export const forgetSeconds = 86_400;

/** Seconds until the next try after `failures` wrong ones in a row: 0, then 15 and twice as long each time, to 900. */
export function lockSeconds(failures: number): number {
  if (failures <= freeTries) return 0;
  return Math.min(longestLockSeconds, firstLockSeconds * 2 ** (failures - freeTries - 1));
}
