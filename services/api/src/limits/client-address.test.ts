import { describe, expect, test } from '@jest/globals';
import { clientAddress, readTrustedProxies } from './client-address.js';

const ours = readTrustedProxies(['10.0.0.0/8', '192.0.2.1', 'fd00::/8', '::1']);

describe('the client is', () => {
  test.each([
    ['whoever connects, when no proxy is trusted', '198.51.100.7', '203.0.113.9', [], '198.51.100.7'],
    ['whoever connects, when he is no proxy of ours', '198.51.100.7', '203.0.113.9', ours, '198.51.100.7'],
    ['whom our proxy has heard', '10.1.2.3', '203.0.113.9', ours, '203.0.113.9'],
    ['whom our proxy has heard, not whom that one names', '10.1.2.3', '1.1.1.1, 203.0.113.9', ours, '203.0.113.9'],
    ['found through several proxies of ours', '10.1.2.3', '1.1.1.1, 203.0.113.9, 192.0.2.1', ours, '203.0.113.9'],
    ['the last one, when all are ours', '10.1.2.3', '10.0.0.9, 10.0.0.8', ours, '10.0.0.9'],
    ['our proxy, when it names nobody', '10.1.2.3', undefined, ours, '10.1.2.3'],
    ['our proxy, when it names nothing that is an address', '10.1.2.3', '203.0.113.9, unknown', ours, '10.1.2.3'],
    ['our proxy, behind an empty place', '10.1.2.3', '203.0.113.9, ', ours, '10.1.2.3'],
    ['known behind a mapped proxy', '::ffff:10.1.2.3', '203.0.113.9', ours, '203.0.113.9'],
    ['one and the same mapped or not', '::ffff:198.51.100.7', undefined, ours, '198.51.100.7'],
    ['known when a port is written with it', '10.1.2.3', '203.0.113.9:4711', ours, '203.0.113.9'],
    ['known when a port is written with it, IPv6', '::1', '[2001:db8::5]:4711', ours, '2001:db8::5'],
    ['written in one way', 'fd00::1', '2001:0DB8:0:0::5', ours, '2001:db8::5'],
    ['without zone', 'fe80::1%eth0', undefined, ours, 'fe80::1'],
    ['unknown when the connection is gone', undefined, '203.0.113.9', ours, undefined],
  ])('%s', (_what, peer, forwarded, trusted, expected) => {
    expect(clientAddress(peer, forwarded, trusted)).toBe(expected);
  });

  test('not somebody whom a stranger names with more hops than there are proxies', () => {
    const forged = `${'203.0.113.1, '.repeat(10_000)}203.0.113.9`;
    expect(clientAddress('10.1.2.3', forged, ours)).toBe('203.0.113.9');
    expect(clientAddress('10.1.2.3', '10.0.0.1,'.repeat(50).slice(0, -1), ours)).toBe('10.0.0.1');
  });
});

test.each(['x', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/', '0.0.0.0/0', '::/0', '10.1/16', 'localhost', '::1/129'])(
  '%s is no network of proxies',
  (text) => {
    expect(() => readTrustedProxies([text])).toThrow('API_TRUSTED_PROXIES');
  },
);
