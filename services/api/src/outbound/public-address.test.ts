import { describe, expect, test } from '@jest/globals';
import { isPublicAddress } from './public-address.js';

test.each(['1.1.1.1', '8.8.8.8', '100.63.255.255', '172.15.255.255', '192.167.255.255', '223.255.255.255'])(
  '%s is public',
  (address) => expect(isPublicAddress(address)).toBe(true),
);

test.each(['2606:4700:4700::1111', '2a00:1450:4001:830::200e', '2400:cb00::1'])('%s is public', (address) =>
  expect(isPublicAddress(address)).toBe(true),
);

/** First and last address of each range that is not out there. */
const refused: Record<string, string[]> = {
  'this network': ['0.0.0.0', '0.255.255.255'],
  private: ['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255'],
  'shared (CGNAT)': ['100.64.0.0', '100.127.255.255'],
  loopback: ['127.0.0.0', '127.255.255.255', '::1'],
  'link-local, with the metadata services of clouds': ['169.254.0.0', '169.254.169.254', '169.254.255.255', 'fe80::1'],
  'the host of a virtual machine in a cloud': ['168.63.129.16'],
  'protocol assignments': ['192.0.0.0', '192.0.0.255', '2001::1', '2001:1ff:ffff::'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.255', '2001:db8::1', '3fff::1', '3fff:fff:ffff::1'],
  benchmarking: ['198.18.0.0', '198.19.255.255', '2001:2::1'],
  '6to4 relays': ['192.88.99.1'],
  'AS112 and AMT': ['192.175.48.1', '192.31.196.1', '192.52.193.1', '2620:4f:8000::1'],
  multicast: ['224.0.0.0', '239.255.255.255', 'ff02::1'],
  reserved: ['240.0.0.0', '255.255.255.254'],
  broadcast: ['255.255.255.255'],
  unspecified: ['::'],
  'unique local, the IPv6 metadata service of a cloud among them': ['fc00::1', 'fdff::1', 'fd00:ec2::254'],
  'site-local of old': ['fec0::1'],
  discard: ['100::1'],
  'segment routing': ['5f00::1'],
  'not given out yet': ['4000::1', '8000::1', 'e000::1'],
  'IPv4-mapped, a public one too': ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:8.8.8.8'],
  'IPv4-compatible': ['::127.0.0.1', '::a00:1', '::8.8.8.8'],
  'IPv4-translated': ['::ffff:0:127.0.0.1'],
  NAT64: ['64:ff9b::7f00:1', '64:ff9b::10.0.0.1', '64:ff9b:1::a00:1'],
  '6to4': ['2002:7f00:1::', '2002:a00:1::1', '2002:808:808::1'],
  Teredo: ['2001:0:a00:1::1'],
  ORCHID: ['2001:10::1', '2001:20::1'],
  'with a zone': ['fe80::1%eth0', '2606:4700::1%eth0', '::1%lo'],
  'not in the usual form': [
    '127.1',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '2130706433',
    '010.8.8.8',
    '8.8.8',
    '[::1]',
    'localhost',
    '',
  ],
};

describe('refused', () => {
  test.each(Object.entries(refused))('%s', (_name, addresses) => {
    for (const address of addresses) expect([address, isPublicAddress(address)]).toEqual([address, false]);
  });
});
