// Header Prefer (RFC 7240), of which only `wait=SECONDS` means something here.

/** Longest wait of one request, seconds: below the usual 60 s of a proxy's read timeout. */
export const longestWaitSeconds = 55;

/** Seconds to wait that `header` asks for, capped; undefined when it asks for none. */
export function preferredWait(header: string | undefined): number | undefined {
  for (const preference of (header ?? '').split(',')) {
    const match = /^\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:;|$)/i.exec(preference);
    if (match) return Math.min(Number(match[1]), longestWaitSeconds);
  }
  return undefined;
}
