import { describe, expect, test } from '@jest/globals';
import { checkUrl, type Hop, nextHop } from './hop.js';

const ports = new Set([80, 443]);

describe('a URL', () => {
  test.each(['http://a.example/', 'https://a.example/x?y=1', 'https://a.example:443/', 'HTTP://A.EXAMPLE:80'])(
    '%s is allowed',
    (text) => expect(checkUrl(text, ports).hostname).toBe('a.example'),
  );

  test.each([
    ['ftp://a.example/', 'bad_url'],
    ['file:///etc/passwd', 'bad_url'],
    ['gopher://a.example/', 'bad_url'],
    ['data:text/plain,x', 'bad_url'],
    ['javascript:alert(1)', 'bad_url'],
    ['//a.example/', 'bad_url'],
    ['a.example', 'bad_url'],
    ['', 'bad_url'],
    ['http://', 'bad_url'],
    ['http://user@a.example/', 'bad_url'],
    ['http://user:secret@a.example/', 'bad_url'],
    ['http://:secret@a.example/', 'bad_url'],
    [`http://a.example/${'x'.repeat(2048)}`, 'bad_url'],
    ['http://[fe80::1%25eth0]/', 'bad_url'],
    ['http://[::1', 'bad_url'],
    ['http://256.1.1.1/', 'bad_url'],
    ['http://a.example:8080/', 'refused_port'],
    ['http://a.example:22/', 'refused_port'],
    ['http://a.example:0/', 'refused_port'],
    ['http://a.example:7443/', 'refused_port'],
  ])('%s is refused: %s', (text, reason) => {
    expect(() => checkUrl(text, ports)).toThrow(expect.objectContaining({ reason }));
  });

  test.each([
    '127.1',
    '127.0.1',
    '0x7f.1',
    '0x7f000001',
    '0177.0.0.1',
    '2130706433',
    '017700000001',
    '127.0.0.1.',
    '１２７.０.０.１',
    '127。0。0。1',
    '%31%32%37.0.0.1',
  ])('with the host %s names 127.0.0.1, and no other spelling of it gets further', (host) =>
    expect(checkUrl(`http://${host}/`, ports).hostname).toBe('127.0.0.1'),
  );

  test.each(['[::1]', '[0:0:0:0:0:0:0:1]', '[::0001]'])('with the host %s names ::1', (host) =>
    expect(checkUrl(`http://${host}/`, ports).hostname).toBe('[::1]'),
  );
});

describe('a redirect', () => {
  const headers = { accept: 'a', authorization: 'secret', cookie: 'c', 'content-type': 't', 'webhook-signature': 's' };
  const hop = (given: Partial<Hop> = {}): Hop => ({
    url: new URL('https://a.example/x/y'),
    method: 'GET',
    headers,
    body: undefined,
    ...given,
  });

  test.each([
    [200, 'https://b.example/'],
    [304, 'https://b.example/'],
    [300, 'https://b.example/'],
    [302, undefined],
  ])('%d to %s is none', (status, location) => {
    expect(nextHop(hop(), status, location, ports)).toBeUndefined();
  });

  test('within an origin keeps the headers, and is relative to where it came from', () => {
    const next = nextHop(hop(), 302, '../z', ports);
    expect(next?.url.href).toBe('https://a.example/z');
    expect(next?.headers).toEqual(headers);
  });

  test.each(['https://b.example/', 'https://a.example.b.example/', '//b.example'])(
    'to another origin, %s, carries no credentials',
    (location) => {
      expect(nextHop(hop(), 302, location, ports)?.headers).toEqual({ accept: 'a' });
    },
  );

  test.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [302, 'PUT', 'PUT'],
    [307, 'POST', 'POST'],
    [308, 'PUT', 'PUT'],
    [303, 'HEAD', 'HEAD'],
  ])('%d of a %s becomes a %s, with its body only if it stays', (status, method, becomes) => {
    const body = method === 'HEAD' ? undefined : 'body';
    const next = nextHop(hop({ method, body }), status, '/z', ports);
    expect(next?.method).toBe(becomes);
    expect(next?.body).toBe(becomes === method ? body : undefined);
    expect(next?.headers['content-type']).toBe(becomes === method ? 't' : undefined);
  });

  test.each<[string, Partial<Hop>, number, string, string]>([
    ['from https to http', {}, 302, 'http://a.example/', 'refused_redirect'],
    ['with a body to another origin', { method: 'POST', body: 'b' }, 307, 'https://b.example/', 'refused_redirect'],
    ['with a body to another port', { method: 'POST', body: 'b' }, 308, 'https://a.example:80/', 'refused_redirect'],
    ['to another scheme', {}, 302, 'file:///etc/passwd', 'bad_url'],
    ['to a URL with credentials', {}, 302, 'https://u:p@a.example/', 'bad_url'],
    ['to another port', {}, 302, 'https://a.example:7443/', 'refused_port'],
  ])('%s is refused', (_name, given, status, location, reason) => {
    expect(() => nextHop(hop(given), status, location, ports)).toThrow(expect.objectContaining({ reason }));
  });
});
