// What several solvers are together. Pure.
import type { CapacityMessage, StarIndexMessage } from '@astrogate/proto';

/**
 * Sums over the solvers that take attempts; when none does, over all. An upload must fit each of them, since any may get
 * it. `answers` holds at least one.
 */
export function sumCapacity(answers: readonly CapacityMessage[]): CapacityMessage {
  const serving = answers.filter(({ accepting }) => accepting);
  const counted = serving.length > 0 ? serving : answers;
  const sum = (of: (answer: CapacityMessage) => number) => counted.reduce((total, answer) => total + of(answer), 0);
  return {
    slots: sum(({ slots }) => slots),
    running: sum(({ running }) => running),
    waiting: sum(({ waiting }) => waiting),
    maxWaiting: sum(({ maxWaiting }) => maxWaiting),
    accepting: serving.length > 0,
    maxUploadBytes: Math.min(...counted.map(({ maxUploadBytes }) => maxUploadBytes)),
  };
}

/** Every index that any solver has, once. */
export function uniteIndexes(answers: readonly (readonly StarIndexMessage[])[]): StarIndexMessage[] {
  return [...new Map(answers.flat().map((index) => [index.name, index])).values()];
}
