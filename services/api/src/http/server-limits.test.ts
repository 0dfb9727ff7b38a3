import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import { applyServerLimits, serverOptions } from './server-limits.js';

test('one client can hold neither headers, nor a request, nor all connections for ever', () => {
  const server = createServer(serverOptions);
  applyServerLimits(server, 60_000);
  const { headersTimeout, requestTimeout, maxHeadersCount, maxConnections, keepAliveTimeout, timeout } = server;
  expect(headersTimeout).toBeLessThanOrEqual(15_000);
  expect(requestTimeout).toBe(75_000);
  expect(timeout).toBe(615_000);
  expect(keepAliveTimeout).toBeGreaterThan(0);
  expect(maxHeadersCount).toBeGreaterThan(0);
  expect(maxConnections).toBeGreaterThan(0);
});
