import { describe, expect, test } from 'vitest';
import type { HttpAnswer, Observation } from '../../src/site/trace/observation.ts';
import { serverTiming } from '../../src/site/trace/server-timing.ts';
import { type Step, stepsOf } from '../../src/site/trace/steps.ts';

const book = new Map([
  ['192.0.2.10', 'dns1'],
  ['192.0.2.11', 'lb1'],
]);

/** `NUMBER STATUS WHO: WHAT MS`, one line for each step. */
function lines(seen: Observation): string[] {
  return stepsOf(seen, book).map(({ number, status, who, what, ms, by }: Step) =>
    [
      `${number} ${status}`,
      [who, what].filter(Boolean).join(': '),
      ...(ms === undefined ? [] : [`[${ms} ${by}]`]),
    ].join(' '),
  );
}

describe('the ten steps', () => {
  test('a page of the app, read from a replica', () => {
    expect(lines(observed({}))).toEqual([
      '1 ok www.foobar.com? to dns1 (192.0.2.10)',
      '2 ok dns1: 192.0.2.11 (lb1), for 300 s [1.5 client]',
      '3 ok 192.0.2.11 (lb1) port 80 [0.4 client]',
      '4 ok lb1',
      '5 ok web2',
      '6 ok app1',
      '7 ok db2 [4.1 app]',
      '8 ok app1: answered, by its own clock [6 app]',
      '9 ok web2, lb1: first byte at the client [8.2 client]',
      '10 ok 200, 2.0 KiB, release 3f2a1b [9.1 client]',
    ]);
  });

  test('a static page stops at the web server', () => {
    const headers = { 'x-served-by-balancer': 'lb1', 'x-served-by-web': 'web1' };
    expect(lines(observed({ answer: { headers } })).slice(3)).toEqual([
      '4 ok lb1',
      '5 ok web1',
      '6 silent no app said so: a static page, or an app that is silent',
      '7 silent not known to be asked',
      '8 silent nothing known',
      '9 ok web1, lb1: first byte at the client [8.2 client]',
      '10 ok 200, 2.0 KiB [9.1 client]',
    ]);
  });

  const single: [string, Parameters<typeof observed>[0], string[]][] = [
    [
      'an app that asked no database',
      { answer: { headers: { 'x-served-by-app': 'app1' } } },
      ['7 silent the app asked none'],
    ],
    [
      'the primary takes a read',
      { answer: { headers: { 'x-served-by-app': 'app1', 'x-served-by-db': 'db1; fallback' } } },
      ['7 ok db1: no replica answered: the primary took the read'],
    ],
    [
      'a web server that tells its time',
      { answer: { headers: { 'server-timing': 'web;dur=7.5' } } },
      ['9 ok first byte (web server: 7.5 ms) [8.2 client]'],
    ],
    [
      'an address in the URL',
      { name: { kind: 'given', by: 'url', address: '192.0.2.11' } },
      [
        '1 silent not asked: the URL has an address',
        '2 silent 192.0.2.11 (lb1), the URL has an address',
      ],
    ],
    [
      'the resolver of the system',
      {
        name: { kind: 'answered', server: { kind: 'system' }, addresses: ['192.0.2.99'], ms: 3 },
      },
      [
        "1 ok www.foobar.com? to this system's resolver (no DNS host in the inventory)",
        '2 ok 192.0.2.99 [3 client]',
      ],
    ],
    [
      'an address that does not answer, and one that does',
      {
        connections: [
          { address: '192.0.2.12', ms: 1, code: 'ECONNREFUSED' },
          { address: '192.0.2.11', ms: 2 },
        ],
        tlsMs: 5,
      },
      ['3 ok 192.0.2.11 (lb1) port 80, TLS 5 ms (before: 192.0.2.12 ECONNREFUSED) [2 client]'],
    ],
  ];

  test.each(single)('%s', (_, seen, expected) => {
    expect(lines(observed(seen))).toEqual(expect.arrayContaining(expected));
  });
});

describe('where it breaks', () => {
  const asked = { kind: 'server', address: '192.0.2.10', host: 'dns1' } as const;
  const failing: [string, Observation, number, string, string][] = [
    [
      'a name that nobody knows',
      broken({
        name: { kind: 'failed', server: asked, code: 'ENOTFOUND', ms: 1 },
        connections: [],
      }),
      2,
      'dns1 knows no address of www.foobar.com (ENOTFOUND)',
      'records of the zone',
    ],
    [
      'a name server that is silent',
      broken({ name: { kind: 'failed', server: asked, code: 'ETIMEOUT', ms: 1 }, connections: [] }),
      2,
      'dns1 did not answer (ETIMEOUT)',
      'port 53',
    ],
    [
      'a name server of other zones',
      broken({ name: { kind: 'failed', server: asked, code: 'EREFUSED', ms: 1 }, connections: [] }),
      2,
      'dns1 does not answer for www.foobar.com (EREFUSED)',
      'dns.zone',
    ],
    [
      'nothing listens',
      broken({ connections: [{ address: '192.0.2.11', ms: 1, code: 'ECONNREFUSED' }] }),
      3,
      'no connection to port 80 (192.0.2.11: ECONNREFUSED)',
      'what listens on lb1',
    ],
    [
      'a host that is down',
      broken({ connections: [{ address: '192.0.2.11', ms: 1, code: 'ETIMEDOUT' }] }),
      3,
      'no connection to port 80 (192.0.2.11: ETIMEDOUT)',
      'lb1 is up',
    ],
    [
      'no answer after the connection',
      broken({ failure: 'nothing for 10 s' }),
      4,
      'connected, but no answer came: nothing for 10 s',
      'the log',
    ],
    [
      'an error of nobody',
      observed({ answer: error(503, {}) }),
      4,
      '503, and nobody said who answered',
      'identify',
    ],
    [
      'a balancer without servers',
      observed({ answer: error(503, { 'x-served-by-balancer': 'lb1' }) }),
      5,
      'lb1 found no web server that works (503)',
      'show stat',
    ],
    [
      'a web server without an app',
      observed({
        answer: error(502, { 'x-served-by-balancer': 'lb1', 'x-served-by-web': 'web1' }),
      }),
      6,
      'web1 got no answer from an app (502)',
      'error.log on web1',
    ],
    [
      'an app without a database',
      observed({
        answer: { ...error(503, { 'x-served-by-app': 'app1' }), excerpt: '{"error":"read-only"}' },
      }),
      7,
      'app1 answered 503: {"error":"read-only"}',
      'healthz',
    ],
    [
      'an app that breaks',
      observed({ answer: error(500, { 'x-served-by-app': 'app1', 'x-served-by-db': 'db1' }) }),
      8,
      'app1 answered 500',
      'journal',
    ],
  ];

  test.each(failing)('%s', (_, seen, number, what, look) => {
    const steps = stepsOf(seen, book);
    expect(steps.filter(({ status }) => status === 'failed')).toEqual([
      expect.objectContaining({ number, what, look: expect.stringContaining(look) }),
    ]);
    const after = steps.slice(number).filter(({ number }) => number < 9);
    expect(after.filter(({ status }) => status === 'silent')).toEqual([]);
  });

  test('what was not reached is not said to be silent', () => {
    const seen = broken({ connections: [{ address: '192.0.2.11', ms: 1, code: 'ECONNREFUSED' }] });
    expect(
      stepsOf(seen, book)
        .slice(3)
        .map(({ status }) => status),
    ).toEqual(Array(7).fill('unreached'));
  });

  test('an answer of the application that is no failure', () => {
    const seen = observed({ answer: { ...error(404, { 'x-served-by-app': 'app1' }) } });
    expect(stepsOf(seen).filter(({ status }) => status === 'failed')).toEqual([]);
  });
});

describe('Server-Timing', () => {
  test.each<[string | undefined, Record<string, number>]>([
    ['db;dur=4.1, app;dur=6', { db: 4.1, app: 6 }],
    ['cache;desc="hit, warm";dur=0.2', { cache: 0.2 }],
    ['app;desc="a;dur=9"', {}],
    ['total;dur="12"', { total: 12 }],
    ['db;dur=-1, ;dur=3, x;dur=abc, miss', {}],
    [undefined, {}],
  ])('%s', (header, expected) => {
    expect(Object.fromEntries(serverTiming(header))).toEqual(expected);
  });
});

type Changes = Partial<Omit<Observation, 'answer'>> & { answer?: Partial<HttpAnswer> };

function observed({ answer, ...rest }: Changes): Observation {
  return {
    ...broken(rest),
    answer: {
      status: 200,
      headers: {
        'x-served-by-balancer': 'lb1',
        'x-served-by-web': 'web2',
        'x-served-by-app': 'app1',
        'x-served-by-db': 'db2',
        'x-release': '3f2a1b',
        'server-timing': 'db;dur=4.1, app;dur=6',
      },
      firstByteMs: 8.2,
      totalMs: 9.1,
      bytes: 2048,
      ...answer,
    },
  };
}

/** Seen up to the connection, no answer. */
function broken(rest: Partial<Observation>): Observation {
  return {
    target: { url: 'http://www.foobar.com/', host: 'www.foobar.com', port: 80 },
    name: {
      kind: 'answered',
      server: { kind: 'server', address: '192.0.2.10', host: 'dns1' },
      addresses: ['192.0.2.11'],
      ttl: 300,
      ms: 1.5,
    },
    connections: [{ address: '192.0.2.11', ms: 0.4 }],
    ...rest,
  };
}

function error(status: number, headers: Record<string, string>): HttpAnswer {
  return { status, headers, firstByteMs: 1, totalMs: 1, bytes: 0 };
}
