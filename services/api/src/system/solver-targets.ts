// The targets of all solvers as those of one: asks every solver, and acts through one that has the container.
import { AstrogateError } from '@astrogate/proto';
import { type Place, placeKey } from '../solvers/solver-address.js';
import type { Act, ActOptions, Capabilities, Cause, Target, TargetClient } from './target-client.js';

interface Parts {
  /** Where the solvers are now, always in the same order. */
  readonly places: () => Promise<readonly Place[]>;
  readonly connect: (place: Place) => TargetClient;
}

interface Sight {
  readonly client: TargetClient;
  readonly target: Target;
}

export class SolverTargets implements TargetClient {
  readonly #clients = new Map<string, TargetClient>();

  constructor(readonly parts: Parts) {}

  /** What all solvers that have an engine can do together. Throws `engine_unavailable` when none answers. */
  async capabilities(): Promise<Capabilities> {
    const said = await this.#ask((client) => client.capabilities());
    const withEngine = said.filter(([, { engine }]) => engine);
    const counted = withEngine.length > 0 ? withEngine : said;
    const targets = new Set(counted.flatMap(([, answer]) => answer.targets));
    return { engine: withEngine.length > 0, targets: [...targets].sort() };
  }

  /** Each alias once. Throws `engine_unavailable` when no solver with an engine answers. */
  async list(): Promise<Target[]> {
    return [...(await this.#look()).values()].map((sights) => chooseSight(sights).target);
  }

  async act(act: Act, alias: string, cause: Cause, options: ActOptions = {}): Promise<Target> {
    const sights = (await this.#look()).get(alias);
    if (!sights) throw new AstrogateError('target_absent', `No solver has a target ${alias} in its configuration`);
    const { client, target } = chooseSight(sights);
    if (target.state === 'absent') throw new AstrogateError('target_absent', `No container is ${alias}`);
    if (target.state === 'ambiguous') throw new AstrogateError('ambiguous_target');
    return await client.act(act, alias, cause, options);
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }

  async #look(): Promise<Map<string, Sight[]>> {
    const seen = new Map<string, Sight[]>();
    for (const [client, targets] of await this.#ask((one) => one.list()))
      for (const target of targets) seen.set(target.alias, [...(seen.get(target.alias) ?? []), { client, target }]);
    return seen;
  }

  /** The answers of those that answer. */
  async #ask<T>(question: (client: TargetClient) => Promise<T>): Promise<[TargetClient, T][]> {
    const clients = await this.#connected();
    const settled = await Promise.allSettled(clients.map(async (client) => [client, await question(client)] as const));
    const answers = settled.flatMap((one): [TargetClient, T][] => (one.status === 'fulfilled' ? [[...one.value]] : []));
    if (answers.length > 0) return answers;
    const [first] = settled;
    throw first?.status === 'rejected' ? first.reason : new AstrogateError('engine_unavailable');
  }

  async #connected(): Promise<TargetClient[]> {
    const wanted = new Map((await this.parts.places()).map((place) => [placeKey(place), place]));
    for (const [key, client] of this.#clients) {
      if (wanted.has(key)) continue;
      this.#clients.delete(key);
      client.close();
    }
    return [...wanted].map(([key, place]) => {
      const client = this.#clients.get(key) ?? this.parts.connect(place);
      this.#clients.set(key, client);
      return client;
    });
  }
}

/**
 * The solver through which an alias is acted on: the first, in the fixed order of places, that sees its container. Several
 * may see it, when they share one engine: then all say the same of it. When they do not, it is two containers on two
 * engines, and nobody has said which one is meant: `ambiguous`, and nothing is done. Pure. `sights` holds at least one.
 */
export function chooseSight<T extends { readonly target: Target }>(sights: readonly T[]): T {
  const [first, ...others] = sights.filter(({ target }) => target.state !== 'absent');
  if (!first) return sights[0] as T;
  const isSame = ({ target }: T) => target.state === first.target.state && target.startedAt === first.target.startedAt;
  if (others.every(isSame)) return first;
  return { ...first, target: { ...first.target, state: 'ambiguous' } };
}
