// All solvers as one: finds them by name, gives each attempt to the one with most room, drops one that is gone at once
// and takes it back when it answers again. It repeats no attempt that a solver had accepted: that is the dispatcher's.
import { lookup } from 'node:dns/promises';
import type { Logger } from '@astrogate/common';
import { AstrogateError, type CapacityMessage, type OutcomeMessage, type StarIndexMessage } from '@astrogate/proto';
import type { Attempt, AttemptOptions, SolverClient } from '../solver-client.js';
import { chooseSolver } from './choose-solver.js';
import { sumCapacity, uniteIndexes } from './pool-capacity.js';
import { isOfTheSolver, PoolMember } from './pool-member.js';
import { type Place, parseSolverAddress, placeKey, placesOf } from './solver-address.js';

export interface PoolParts {
  /** Configured names, "host:port". */
  readonly names: readonly string[];
  readonly connect: (place: Place) => SolverClient;
  readonly log: Logger;
  /** IP addresses of a name. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/** A solver that went away without a word, while it had no attempt of ours, is noticed within this time. */
const askEveryMs = 2_000;
/** A solver that was added behind a name gets attempts after this time. */
const resolveEveryMs = 10_000;

const systemResolve = async (host: string) => (await lookup(host, { all: true })).map(({ address }) => address);

export class SolverPool implements SolverClient {
  readonly #members = new Map<string, PoolMember>();
  readonly #places = new Map<string, Place>();
  readonly #timers: NodeJS.Timeout[];
  readonly #listeners: (() => void)[] = [];
  #finding: Promise<void>;
  #choices = 0;
  #closed = false;

  constructor(readonly parts: PoolParts) {
    this.#finding = this.#find();
    this.#timers = [
      setInterval(() => void this.#askAll([...this.#members.values()]), askEveryMs).unref(),
      setInterval(() => {
        this.#finding = this.#find();
      }, resolveEveryMs).unref(),
    ];
  }

  /**
   * As SolverClient has it. An attempt that a solver refuses before it has accepted it, or cannot be sent, goes to the
   * next one; each is tried once. One that is lost later ends with a retryable error.
   */
  async solve(attempt: Attempt, options: AttemptOptions): Promise<OutcomeMessage> {
    const tried = new Set<PoolMember>();
    let refusal: unknown;
    for (;;) {
      const member = await this.#choose(tried);
      if (!member) throw refusal ?? (await this.#refusal());
      tried.add(member);
      let isAccepted = false;
      const onAccepted = () => {
        isAccepted = true;
        options.onAccepted();
      };
      try {
        return await member.solve(attempt, { ...options, onAccepted });
      } catch (error) {
        if (isAccepted || options.signal.aborted || !isOfTheSolver(error)) throw error;
        refusal = error;
      }
    }
  }

  /** Of all solvers that serve, asked now. Throws AstrogateError when none answers. */
  async capacity(): Promise<CapacityMessage> {
    const answers = await this.#askAll((await this.#known()).filter(({ isDown }) => !isDown));
    if (answers.some(({ accepting }) => accepting)) return sumCapacity(answers);
    const all = await this.#askAll([...this.#members.values()]);
    if (all.length === 0) throw new AstrogateError('solver_unavailable');
    return sumCapacity(all);
  }

  /** Every index that any solver has. Throws AstrogateError when none answers. */
  async indexes(): Promise<StarIndexMessage[]> {
    const known = await this.#known();
    const up = known.filter(({ isDown }) => !isDown);
    const asked = (up.length > 0 ? up : known).map(({ client }) => client.indexes());
    const answers = fulfilled(await Promise.allSettled(asked));
    if (answers.length === 0) throw new AstrogateError('solver_unavailable');
    return uniteIndexes(answers);
  }

  /** Where the solvers are now, in an order that does not depend on who answered first. */
  async places(): Promise<Place[]> {
    if (this.#places.size === 0) await this.#finding;
    return [...this.#places].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, place]) => place);
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const { client } of this.#members.values()) client.close();
  }

  /** Chosen and taken in one step, so that attempts of one moment do not all see the same free slot. */
  async #choose(tried: ReadonlySet<PoolMember>): Promise<PoolMember | undefined> {
    const left = (await this.#known()).filter((member) => !tried.has(member));
    let at = chooseSolver(left);
    if (at === undefined && left.length > 0) {
      await this.#askAll(left);
      at = chooseSolver(left);
    }
    return at === undefined ? undefined : left[at]?.take(++this.#choices);
  }

  /** Why no solver takes attempts. */
  async #refusal(): Promise<AstrogateError> {
    const answers = await this.#askAll([...this.#members.values()]);
    return new AstrogateError(answers.length > 0 ? 'sandbox_unavailable' : 'solver_unavailable');
  }

  async #known(): Promise<PoolMember[]> {
    if (this.#members.size === 0) await this.#finding;
    return [...this.#members.values()];
  }

  /** The answers of those that answer. */
  async #askAll(members: readonly PoolMember[]): Promise<CapacityMessage[]> {
    return fulfilled(await Promise.allSettled(members.map((member) => member.ask())));
  }

  /** Resolves all names and keeps the pool as they say. A name that does not resolve now leaves its solvers as they are. */
  async #find(): Promise<void> {
    const { names, log, resolve = systemResolve } = this.parts;
    await Promise.all(
      names.map(async (name) => {
        try {
          this.#place(name, placesOf(name, await resolve(parseSolverAddress(name).host)));
        } catch (err) {
          log.warn({ solver: name, err }, 'name of a solver does not resolve');
        }
      }),
    );
  }

  #place(name: string, places: readonly Place[]): void {
    if (this.#closed) return;
    const { connect, log } = this.parts;
    const wanted = new Map(places.map((place) => [placeKey(place), place]));
    for (const [key, member] of this.#members) {
      if (!key.startsWith(`${name} at `) || wanted.has(key)) continue;
      this.#members.delete(key);
      this.#places.delete(key);
      member.retire();
      this.#changed();
    }
    for (const [key, place] of wanted) {
      if (this.#members.has(key)) continue;
      const member = new PoolMember(key, connect(place), log, () => this.#changed());
      this.#members.set(key, member);
      this.#places.set(key, place);
      member.ask().catch(() => undefined);
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function fulfilled<T>(results: readonly PromiseSettledResult<T>[]): T[] {
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
