import { failureOf } from './failure.ts';
import type { NameServer, Observation } from './observation.ts';
import { serverTiming } from './server-timing.ts';

/** One of the ten steps of a request, with what is known of it. */
export interface Step {
  readonly number: number;
  readonly name: string;
  /**
   * `ok`: seen; `silent`: nobody said anything about it; `failed`: here it broke; `unreached`: it broke
   * before.
   */
  readonly status: 'ok' | 'silent' | 'failed' | 'unreached';
  /** Who answered, by their own word. */
  readonly who?: string;
  readonly what: string;
  readonly ms?: number;
  /** Who measured `ms`: the client, or a server in its Server-Timing. */
  readonly by?: 'client' | 'web' | 'app';
  /** What to look at, of a step that failed. */
  readonly look?: string;
}

/** Names of hosts by address, from the inventory; used for addresses only. */
export type AddressBook = ReadonlyMap<string, string>;

/** The ten steps, in order: what was not seen is said to be unknown, never guessed. */
export function stepsOf(seen: Observation, book: AddressBook = new Map()): Step[] {
  const failure = failureOf(seen, book);
  const steps = [...wayThere(seen, book), ...wayBack(seen)];
  if (!failure) return steps;
  return steps.map((step) => {
    if (step.number === failure.step) {
      return { ...step, status: 'failed', what: failure.what, look: failure.look };
    }
    const isLost = step.number > failure.step && step.status === 'silent';
    return isLost ? { ...step, status: 'unreached', what: 'not reached' } : step;
  });
}

function wayThere(seen: Observation, book: AddressBook): Step[] {
  const { answer } = seen;
  const header = (name: string) => answer?.headers[name];
  const timing = serverTiming(header('server-timing'));
  const database = header('x-served-by-db');
  const isFallback = /;\s*fallback/.test(database ?? '');
  const app = header('x-served-by-app');
  return [
    ...nameSteps(seen, book),
    connectionStep(seen, book),
    spoken(4, 'balancer', header('x-served-by-balancer'), 'no balancer said so'),
    spoken(5, 'web server', header('x-served-by-web'), 'no web server said so'),
    spoken(6, 'app', app, 'no app said so: a static page, or an app that is silent'),
    {
      ...spoken(
        7,
        'database',
        database?.replace(/;.*/, ''),
        app === undefined ? 'not known to be asked' : 'the app asked none',
      ),
      ...(isFallback && { what: 'no replica answered: the primary took the read' }),
      ...measured(timing.get('db'), 'app'),
    },
  ];
}

function wayBack({ answer }: Observation): Step[] {
  if (!answer) {
    return [back(8, 'app'), back(9, 'web, balancer'), back(10, 'client')];
  }
  const { headers, status, bytes, firstByteMs, totalMs } = answer;
  const timing = serverTiming(headers['server-timing']);
  const release = headers['x-release'];
  const app = headers['x-served-by-app'];
  const web = timing.get('web');
  const passed = [headers['x-served-by-web'], headers['x-served-by-balancer']].filter(
    (name) => name !== undefined,
  );
  return [
    {
      ...spoken(8, 'app', app, 'nothing known'),
      ...(app !== undefined && { what: 'answered, by its own clock' }),
      ...measured(timing.get('app'), 'app'),
    },
    {
      number: 9,
      name: 'web, balancer',
      status: 'ok',
      ...(passed.length > 0 && { who: passed.join(', ') }),
      what: web === undefined ? 'first byte at the client' : `first byte (web server: ${web} ms)`,
      ms: firstByteMs,
      by: 'client',
    },
    {
      number: 10,
      name: 'client',
      status: 'ok',
      what: [
        `${status}`,
        size(bytes),
        ...(release === undefined ? [] : [`release ${release}`]),
      ].join(', '),
      ms: totalMs,
      by: 'client',
    },
  ];
}

function nameSteps({ name, target }: Observation, book: AddressBook): Step[] {
  const question = { number: 1, name: 'question' } as const;
  const answer = { number: 2, name: 'DNS answer' } as const;
  if (name.kind === 'given') {
    const why = name.by === 'url' ? 'the URL has an address' : 'given with --resolve';
    return [
      { ...question, status: 'silent', what: `not asked: ${why}` },
      { ...answer, status: 'silent', what: `${known(name.address, book)}, ${why}` },
    ];
  }
  const asked: Step = {
    ...question,
    status: 'ok',
    what: `${target.host}? to ${asker(name.server)}`,
  };
  if (name.kind === 'failed') {
    return [asked, { ...answer, status: 'failed', what: name.code, ms: name.ms, by: 'client' }];
  }
  const addresses = name.addresses.map((address) => known(address, book)).join(', ');
  const lifetime = name.ttl === undefined ? '' : `, for ${name.ttl} s`;
  return [
    asked,
    {
      ...answer,
      status: 'ok',
      ...(name.server.kind === 'server' && { who: name.server.host ?? name.server.address }),
      what: addresses + lifetime,
      ms: name.ms,
      by: 'client',
    },
  ];
}

function connectionStep({ connections, target, tlsMs }: Observation, book: AddressBook): Step {
  const step = { number: 3, name: 'connection' } as const;
  const last = connections.at(-1);
  if (!last) return { ...step, status: 'silent', what: 'nothing known' };
  const failed = connections.slice(0, -1).map(({ address, code }) => `${address} ${code}`);
  const before = failed.length > 0 ? ` (before: ${failed.join(', ')})` : '';
  const tls = tlsMs === undefined ? '' : `, TLS ${tlsMs} ms`;
  return {
    ...step,
    status: 'ok',
    what: `${known(last.address, book)} port ${target.port}${tls}${before}`,
    ms: last.ms,
    by: 'client',
  };
}

function spoken(number: number, name: string, who: string | undefined, silence: string): Step {
  return who === undefined
    ? { number, name, status: 'silent', what: silence }
    : { number, name, status: 'ok', who, what: '' };
}

function measured(ms: number | undefined, by: 'app'): Pick<Step, 'ms' | 'by'> {
  return ms === undefined ? {} : { ms, by };
}

function back(number: number, name: string): Step {
  return { number, name, status: 'silent', what: 'nothing came back' };
}

function asker(server: NameServer): string {
  if (server.kind === 'system') return "this system's resolver (no DNS host in the inventory)";
  return server.host === undefined ? server.address : `${server.host} (${server.address})`;
}

function known(address: string, book: AddressBook): string {
  const name = book.get(address);
  return name === undefined || name === address ? address : `${address} (${name})`;
}

function size(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KiB`;
}
