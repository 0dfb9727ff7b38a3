// The name of a sandbox and the id in it.

/** 128 random bits in hex. */
export const sandboxIdPattern = /^[0-9a-f]{32}$/;
const prefix = 'astrogate-sandbox-';

/** Container name of a sandbox; RangeError when the id has the wrong form. */
export function sandboxName(sandboxId: string): string {
  if (!sandboxIdPattern.test(sandboxId)) throw new RangeError('sandbox id has the wrong form');
  return prefix + sandboxId;
}

/** The id in a container name, with or without the engine's leading slash; undefined when it is not a sandbox's. */
export function sandboxIdOf(containerName: string): string | undefined {
  const name = containerName.replace(/^\//, '');
  const id = name.slice(prefix.length);
  return name.startsWith(prefix) && sandboxIdPattern.test(id) ? id : undefined;
}
