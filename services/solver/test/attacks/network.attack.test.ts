// Any way out by the network: to the host, to its neighbours, to a cloud's metadata address, by sockets without names.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { python, report } from './box.js';
import { record } from './evidence.js';
import { all, withHostNetwork, withoutSeccomp } from './weaken.js';

/** Listeners on the host that nobody may ever reach. */
const canary = { tcp: 0, udp: 0, unix: 0, port: 0 };
const abstractName = `astrogate-canary-${process.pid}`;
const tcp = createServer((socket) => {
  canary.tcp += 1;
  socket.destroy();
});
const unix = createServer((socket) => {
  canary.unix += 1;
  socket.destroy();
});
const udp = createSocket('udp4', () => {
  canary.udp += 1;
});

beforeAll(async () => {
  await new Promise<void>((resolve) => tcp.listen(0, '0.0.0.0', resolve));
  canary.port = (tcp.address() as { port: number }).port;
  await new Promise<void>((resolve) => udp.bind(canary.port, '0.0.0.0', resolve));
  await new Promise<void>((resolve) => unix.listen(`\0${abstractName}`, resolve));
});
afterAll(() => {
  tcp.close();
  udp.close();
  unix.close();
});

const hostAddresses = () =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family }) => family === 'IPv4')
    .map(({ address }) => address);
/** Where clouds keep credentials of a machine. Only tried from inside the box, never from a weakened one. */
const metadata = '169.254.169.254';

interface Tried {
  readonly interfaces: readonly string[];
  readonly routes: number;
  /** "kind address" to "reached" or the name of an errno. */
  readonly calls: Readonly<Record<string, string>>;
}

const attempt = (addresses: readonly string[]) => `
import errno, json, socket
def call(family, kind, address, payload):
    try:
        with socket.socket(family, kind) as s:
            s.settimeout(2)
            s.connect(address)
            if payload: s.send(payload)
        return 'reached'
    except OSError as problem:
        return errno.errorcode.get(problem.errno, 'timeout')
calls = {}
for address in ${JSON.stringify(addresses)}:
    calls['tcp ' + address] = call(socket.AF_INET, socket.SOCK_STREAM, (address, ${canary.port}), b'')
    calls['udp ' + address] = call(socket.AF_INET, socket.SOCK_DGRAM, (address, ${canary.port}), b'x')
calls['unix abstract'] = call(socket.AF_UNIX, socket.SOCK_STREAM, '\\0${abstractName}', b'')
calls['icmp 127.0.0.1'] = call(socket.AF_INET, socket.SOCK_RAW, ('127.0.0.1', 1), b'x')
try:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as s: s.bind((0, 0))
    calls['netlink'] = 'reached'
except OSError as problem:
    calls['netlink'] = errno.errorcode[problem.errno]
try:
    socket.getaddrinfo('example.org', 80)
    calls['dns'] = 'reached'
except OSError:
    calls['dns'] = 'refused'
interfaces = [line.split(':')[0].strip() for line in open('/proc/net/dev').readlines()[2:]]
print(json.dumps({'interfaces': interfaces, 'routes': len(open('/proc/net/route').readlines()) - 1, 'calls': calls}))
`;

const hits = () => canary.tcp + canary.udp + canary.unix;
const script = (addresses: readonly string[]) => python(attempt(addresses));

test('there is no interface but lo, and no route', async () => {
  const held = await report<Tried>(script([]));
  expect(held.interfaces).toEqual(['lo']);
  expect(held.routes).toBe(0);
});

test('no call leaves the box: TCP, UDP, abstract sockets, raw sockets, netlink, names, the metadata address', async () => {
  const before = hits();
  const { calls } = await report<Tried>(script([...hostAddresses(), metadata]));
  expect(new Set(Object.values(calls))).toEqual(new Set(['EPERM', 'refused']));
  expect(Object.keys(calls).length).toBeGreaterThan(7);
  expect(hits()).toBe(before);
}, 30_000);

test('each of the two controls stops it alone; without both the host is reached', async () => {
  const before = hits();
  const noSeccomp = await report<Tried>(script(hostAddresses()), { weaken: withoutSeccomp });
  // UDP to 127.0.0.1 and netlink work, within the box.
  expect(noSeccomp.calls['tcp 127.0.0.1']).toBe('ECONNREFUSED');
  for (const address of hostAddresses().filter((address) => !address.startsWith('127.'))) {
    expect(noSeccomp.calls[`tcp ${address}`]).toBe('ENETUNREACH');
    expect(noSeccomp.calls[`udp ${address}`]).toBe('ENETUNREACH');
  }
  expect(noSeccomp.calls['unix abstract']).toBe('ECONNREFUSED');
  expect(hits()).toBe(before);

  const hostNetwork = await report<Tried>(script(hostAddresses()), { weaken: withHostNetwork });
  expect(hostNetwork.interfaces.length).toBeGreaterThan(1);
  expect(hits()).toBe(before);

  const neither = await report<Tried>(script(hostAddresses()), { weaken: all(withoutSeccomp, withHostNetwork) });
  expect(neither.calls['unix abstract']).toBe('reached');
  expect(neither.calls['tcp 127.0.0.1']).toBe('reached');
  expect(canary.tcp).toBeGreaterThan(0);
  expect(canary.unix).toBeGreaterThan(0);
  const calls = Object.keys(neither.calls).length;
  record({
    attack: 'network',
    control: 'network mode none',
    held: `only lo, no route; none of ${calls} kinds of calls arrives`,
    weakened: `with the host's network, and no seccomp: ${hits() - before} calls arrive at the host`,
    second: "seccomp: with the host's network alone none arrives",
  });
  record({
    attack: 'network',
    control: 'seccomp: no socket can be made',
    held: `${calls} kinds of calls refused before there is a socket`,
    weakened: 'sockets are made, and lead nowhere',
    second: 'network mode none',
  });
}, 30_000);
