// Where the Docker Engine listens, as node:http and node:net want it.

export type EngineEndpoint = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/** Reads "unix:///path" or "tcp://host:port"; RangeError for anything else. */
export function parseEndpoint(text: string): EngineEndpoint {
  const socketPath = /^unix:\/\/(\/.+)$/.exec(text)?.[1];
  if (socketPath !== undefined) return { socketPath };
  const [, host, port] = /^tcp:\/\/([^/:]+):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) throw new RangeError('not unix:///path or tcp://host:port');
  return { host, port: Number(port) };
}
