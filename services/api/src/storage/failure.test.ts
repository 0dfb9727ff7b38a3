import { AstrogateError } from '@astrogate/proto';
import { expect, test } from '@jest/globals';
import { isCollision, storageFailure, unusableServer } from './failure.js';

const withCode = (code: string) => Object.assign(new Error('x'), { code });

test.each([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  '57P01',
  '57P03',
  '08006',
  '53300',
  '40P01',
  '25006',
  '25P03',
  '28P01',
  '3D000',
  '55P03',
])('%s means that the database is away', (code) => {
  expect(storageFailure(withCode(code)).code).toBe('storage_unavailable');
});

test('so does a connection that ended, or a query that was not answered', () => {
  expect(storageFailure(new Error('Connection terminated unexpectedly')).code).toBe('storage_unavailable');
});

test.each(['22P02', '42601', '23505', '22021'])('%s is a mistake of ours', (code) => {
  expect(storageFailure(withCode(code)).code).toBe('internal');
});

test('so is a TypeError', () => {
  expect(storageFailure(new TypeError('x')).code).toBe('internal');
});

test('an error of the table stays what it is', () => {
  const busy = new AstrogateError('busy');
  expect(storageFailure(busy)).toBe(busy);
});

test('transactions that collided are told from others', () => {
  expect(['40P01', '40001', '57P01', '23505'].map((code) => isCollision(withCode(code)))).toEqual([
    true,
    true,
    false,
    true,
  ]);
});

test('a server that cannot be used is named with its reason, never with its password', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), { code: 'ECONNREFUSED' });
  const error = unusableServer('postgres://u:hunter2@db:5432/a', new AggregateError([refused]));
  expect(error.message).toBe(
    'The server of DATABASE_URL at db:5432 cannot be used: connect ECONNREFUSED 10.0.0.1:5432',
  );
  const telling = Object.assign(new Error('no such thing as u:hunter2'), { code: '28P01' });
  expect(unusableServer('postgres://u:hunter2@db/a', telling).message).toBe(
    'The server of DATABASE_URL at db cannot be used: 28P01',
  );
});
