// astrometry-engine. A process is started before there is anything to search, because opening the indexes takes longer
// than most searches; each makes one search and ends.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningTool, startTool, untilAborted } from '../tool.js';
import { formatAxy, type Search } from './axy.js';
import { type EngineMatch, readMatch } from './engine-match.js';

/** Lines of the engine's log that may hold the index's name; it stands near the end. */
const logTailBytes = 16 * 1024;

export interface SearchOptions extends Search {
  /** A directory that is not there yet. */
  dir: string;
  signal: AbortSignal;
}

interface EngineProcess extends RunningTool {
  log(): string;
  hasEnded(): boolean;
}

export class Engine {
  readonly #waiting: EngineProcess[] = [];

  /** `config`: the engine's configuration file. `cwd`: a directory that exists. */
  constructor(
    private readonly config: string,
    private readonly cwd: string,
  ) {}

  /** Starts `count` processes that wait for searches. */
  prepare(count: number): void {
    for (let i = 0; i < count; i++) this.#waiting.push(this.#start());
  }

  /** Searches; undefined when the engine gives up. Throws an Error when it fails, the signal's reason when stopped. */
  async search({ dir, signal, ...search }: SearchOptions): Promise<EngineMatch | undefined> {
    signal.throwIfAborted();
    mkdirSync(dir, { recursive: true });
    const file = (name: string) => join(dir, name);
    const outputs = ['solved', 'wcs', 'match', 'corr', 'rdls'] as const;
    const files = Object.fromEntries(outputs.map((name) => [name, file(name)])) as Record<
      (typeof outputs)[number],
      string
    >;
    writeFileSync(file('axy'), formatAxy(search, files));
    const engine = this.#take();
    engine.stdin?.end(`${file('axy')}\n`);
    const { code, stderr } = await untilAborted(engine, signal);
    if (code !== 0) throw new Error(`astrometry-engine ended with ${code}: ${stderr}`);
    if (!existsSync(files.solved) || !existsSync(files.wcs)) return undefined;
    return readMatch(files, /solved with index (\S+?)\.?\s*$/m.exec(engine.log())?.[1] ?? '');
  }

  /** One that waits, or a new one. */
  #take(): EngineProcess {
    for (;;) {
      const engine = this.#waiting.shift();
      if (!engine) return this.#start();
      if (!engine.hasEnded()) return engine;
    }
  }

  #start(): EngineProcess {
    let log = '';
    const onStdout = (chunk: Buffer) => {
      log = (log + chunk.toString('latin1')).slice(-logTailBytes);
    };
    const args = ['-c', this.config, '--inputs-from', '-'];
    const tool = startTool('astrometry-engine', args, { cwd: this.cwd, hasInput: true, onStdout });
    let hasEnded = false;
    const note = () => {
      hasEnded = true;
    };
    tool.ended.then(note, note);
    return { ...tool, log: () => log, hasEnded: () => hasEnded };
  }
}
