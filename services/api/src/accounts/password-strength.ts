// How hard a password is to guess. Its dictionaries take room: only password-rules.ts imports this, and on demand.
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';
import * as english from '@zxcvbn-ts/language-en';

const checker = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary },
  graphs: common.adjacencyGraphs,
  translations: english.translations,
});

/** `score`: 0 to 4, as zxcvbn has it; `advice`: sentences. `known`: what a guesser would try first. */
export function judgePassword(password: string, known: readonly string[]): { score: number; advice: string[] } {
  const { score, feedback } = checker.check(password, [...known]);
  return { score, advice: [feedback.warning ?? '', ...feedback.suggestions].filter((text) => text !== '') };
}
