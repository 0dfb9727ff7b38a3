// Which version of the Engine API is spoken with an engine. Solver and guard must come to the same one.

/** The reviewed version: every path begins with it, so that a newer engine behaves as this one. */
export const reviewedApiVersion = '1.41';

/**
 * The reviewed version where the engine speaks it; else the oldest that it speaks, which differs least. RangeError for
 * an engine that is older than the reviewed version.
 */
export function chooseApiVersion({
  ApiVersion,
  MinAPIVersion,
}: {
  readonly ApiVersion: string;
  readonly MinAPIVersion: string;
}): string {
  const [wanted, oldest, newest] = [minor(reviewedApiVersion), minor(MinAPIVersion), minor(ApiVersion)];
  if (!(newest >= wanted && oldest <= newest)) {
    throw new RangeError(
      `this Docker Engine will not do: it speaks API ${MinAPIVersion} to ${ApiVersion}, not ${reviewedApiVersion}`,
    );
  }
  return oldest > wanted ? MinAPIVersion : reviewedApiVersion;
}

/** 41 of "1.41"; the engine has never had another major version. */
const minor = (version: string) => Number(/^1\.(\d{1,3})$/.exec(version)?.[1] ?? Number.NaN);
