// One solver of the pool: its connection, what it said last, and what this api has given it.
import type { Logger } from '@astrogate/common';
import { AstrogateError, type CapacityMessage, type ErrorCode, type OutcomeMessage } from '@astrogate/proto';
import type { Attempt, AttemptOptions, SolverClient } from '../solver-client.js';
import { isServing, type Report, type Standing } from './choose-solver.js';

/** Codes that say something of the solver and nothing of the job: another solver may run it. */
const ofTheSolver: ReadonlySet<ErrorCode> = new Set(['solver_unavailable', 'sandbox_unavailable', 'draining']);

export const isOfTheSolver = (error: unknown) => ofTheSolver.has(AstrogateError.from(error).code);

export class PoolMember implements Standing {
  report: Report | undefined;
  inFlight = 0;
  lastChosen = 0;
  /** Whether its last answer, or attempt, failed. One that has not been asked yet may be there. */
  isDown = false;
  #asking: Promise<CapacityMessage> | undefined;
  #retired = false;

  /** `onChange` is called when it begins or ceases to serve and when its number of slots changes. */
  constructor(
    readonly name: string,
    readonly client: SolverClient,
    readonly log: Logger,
    readonly onChange: () => void,
  ) {}

  /** It is chosen for an attempt, which counts from now on: `solve` must follow. `turn` is that of `lastChosen`. */
  take(turn: number): this {
    this.inFlight += 1;
    this.lastChosen = turn;
    return this;
  }

  /** Runs the attempt there. Throws like SolverClient; what the error says of the solver is remembered at once. */
  async solve(attempt: Attempt, options: AttemptOptions): Promise<OutcomeMessage> {
    try {
      return await this.client.solve(attempt, options);
    } catch (error) {
      if (isOfTheSolver(error)) this.#distrust(error);
      throw error;
    } finally {
      this.inFlight -= 1;
      this.#closeIfIdle();
    }
  }

  /** Asks it how busy it is; whoever asks meanwhile gets the same answer. Throws AstrogateError. */
  ask(): Promise<CapacityMessage> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** No longer part of the pool: its attempts may end, then its connection does. */
  retire(): void {
    this.#retired = true;
    this.#closeIfIdle();
  }

  async #ask(): Promise<CapacityMessage> {
    try {
      const answer = await this.client.capacity();
      const { accepting, slots, running, waiting } = answer;
      this.#learn({ accepting, slots, load: running + waiting, inFlightThen: this.inFlight });
      return answer;
    } catch (error) {
      this.#learn(undefined, error);
      throw error;
    }
  }

  /** Until its next answer it gets nothing, and it is asked at once. */
  #distrust(error: unknown): void {
    this.#learn(undefined, error);
    if (!this.#retired) this.ask().catch(() => undefined);
  }

  #learn(report: Report | undefined, err?: unknown): void {
    const before = { serving: isServing(this), slots: this.report?.slots };
    this.report = report;
    this.isDown = report === undefined;
    const serving = isServing(this);
    if (before.serving === serving && (!serving || before.slots === report?.slots)) return;
    const { name: solver, log } = this;
    if (serving) log.info({ solver, slots: report?.slots }, 'solver serves');
    else log.warn({ solver, err }, 'solver takes no attempts');
    this.onChange();
  }

  #closeIfIdle(): void {
    if (this.#retired && this.inFlight === 0) this.client.close();
  }
}
