// A client's file name, reduced to something that is safe to show. It never names a file of ours.

const maxLength = 100;

/** The last part of `name` without control and format characters, at most 100 long; undefined when nothing is left. */
export function displayName(name: string): string | undefined {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const clean = last
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .trim()
    .slice(0, maxLength);
  return clean === '' || clean === '.' || clean === '..' ? undefined : clean;
}
