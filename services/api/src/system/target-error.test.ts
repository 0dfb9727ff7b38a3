import { expect, test } from '@jest/globals';
import { questionError, targetError } from './target-error.js';

test('a solver that is silent is not there; an act that is not answered may have happened', () => {
  expect(questionError('DEADLINE_EXCEEDED', undefined, undefined).code).toBe('engine_unavailable');
  expect(targetError('DEADLINE_EXCEEDED', undefined, undefined).code).toBe('timeout');
});

test('what a solver itself says to a question counts', () => {
  expect(questionError('DEADLINE_EXCEEDED', 'timeout', undefined).code).toBe('timeout');
  expect(questionError('NOT_FOUND', 'not_found', undefined).code).toBe('target_absent');
});
