// The process's own interruption: Ctrl-C or SIGTERM ends running commands, and what was started is then put away.

const controller = new AbortController();
let listening = false;

/** Fires at the first SIGINT or SIGTERM. */
export function interruption(): AbortSignal {
  if (!listening) {
    listening = true;
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => controller.abort(name));
  }
  return controller.signal;
}
