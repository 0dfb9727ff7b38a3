// A Vault for tests: the real one where it was built, or the contract server that stands for it.

export interface RunningVault extends AsyncDisposable {
  /** "https://127.0.0.1:port". */
  readonly address: string;
  /** PEM of its authority. */
  readonly ca: string;
  /** Ends it as kill does; what it has in memory is gone. */
  stop(): Promise<void>;
  /** Starts it again at the same place, without waiting until it answers. */
  start(): Promise<void>;
}
