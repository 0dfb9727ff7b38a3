// Giving up root before anything else happens.

/**
 * When the process runs as root: drops supplementary groups, then becomes `uid`:`gid` for good. Throws when root could
 * be had back. Does nothing for a process that is not root.
 */
export function dropRoot(uid: number, gid: number): void {
  if (process.getuid?.() !== 0) return;
  process.setgroups?.([]);
  process.setgid?.(gid);
  process.setuid?.(uid);
  try {
    process.setuid?.(0);
  } catch {
    return;
  }
  throw new Error('root could not be given up');
}
