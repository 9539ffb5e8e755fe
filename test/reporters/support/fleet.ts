import type { Counts, Diff, HostResult, RunEvent } from '../../../src/events.ts';
import { begin, end, finished, play, started, task } from './events.ts';

export interface FleetOptions {
  readonly hosts: number;
  readonly checkMode?: boolean;
  readonly failing?: readonly number[];
  readonly unreachable?: readonly number[];
}

/** One step of a made-up run: wait so many milliseconds, then the event. */
export interface Step {
  readonly wait: number;
  readonly event: RunEvent;
}

const tasks = [
  ['Install nginx', 'apt', 'package nginx: absent → 1.26.3-3'],
  ['Write the site', 'template', '/etc/nginx/sites-available/demo: content, mode 0644'],
  ['Enable the site', 'file', '/etc/nginx/sites-enabled/demo: link to ../sites-available/demo'],
  ['Start nginx', 'service', 'nginx: started, enabled'],
  ['Open the firewall', 'command', 'nft add rule inet filter input tcp dport 80 accept'],
] as const;

/** A run over a fleet, without chance: the same options give the same events. */
export function fleet(options: FleetOptions): Step[] {
  const names = Array.from({ length: options.hosts }, (_, index) =>
    options.hosts > 9 ? `web${String(index + 1).padStart(2, '0')}` : `web${index + 1}`,
  );
  const sums = new Map(
    names.map((name) => [name, { ok: 0, changed: 0, skipped: 0, failed: 0, unreachable: 0 }]),
  );
  const alive = new Set(names);
  const steps: Step[] = [];
  const say = (event: RunEvent, wait = 0) => steps.push({ wait, event });
  say(started({ checkMode: options.checkMode ?? false }));
  say(play('Web servers', names));
  for (const host of names) say({ type: 'host-connecting', host });
  for (const host of names) {
    say({ type: 'host-connected', host, durationMs: 180 }, options.hosts > 9 ? 4 : 60);
  }
  for (const [number, [name, module, message]] of tasks.entries()) {
    const id = `playbooks/demo.yml:${12 + number * 7}`;
    const hosts = [...alive];
    say(task(name, id, hosts, module), 50);
    for (const host of hosts) say(begin(host, id), 1);
    for (const [index, host] of hosts.entries()) {
      const given = result(options, names.indexOf(host), number, message);
      const sum = sums.get(host)!;
      if (given.status === 'failed' || given.status === 'unreachable') {
        alive.delete(host);
        sum[given.status] += 1;
      } else {
        sum.ok += 1;
        if (given.status === 'changed') sum.changed += 1;
      }
      const wait = options.hosts > 9 ? 20 + (index % 5) * 8 : 250 + (index % 3) * 200;
      say(end(host, name, id, given, module), wait);
    }
    say({ type: 'task-finished', play: 1, id, task: name });
  }
  say({ type: 'play-finished', name: 'Web servers', play: 1 }, 100);
  say(
    finished(Object.fromEntries(sums) as Record<string, Partial<Counts>>, {
      exitStatus: alive.size < names.length ? 2 : 0,
    }),
  );
  return steps;
}

function result(
  options: FleetOptions,
  index: number,
  number: number,
  message: string,
): Partial<HostResult> {
  const predicted = options.checkMode ?? false;
  if (number === 1 && options.failing?.includes(index)) {
    return {
      status: 'failed',
      predicted,
      message: 'nginx -t refused the new configuration, the old file is still in place',
      result: {
        stderr:
          'nginx: [emerg] unknown directive "sever_name" in /etc/nginx/sites-enabled/demo:4\nnginx: configuration file /etc/nginx/nginx.conf test failed\n',
        rc: 1,
      },
      problem: {
        code: 'internal',
        message: 'nginx -t refused the new configuration, the old file is still in place',
        expected: 'status 0 of: nginx -t',
        hint: 'Correct templates/demo.conf.j2 at the directive named above.',
      },
    };
  }
  if (number === 0 && options.unreachable?.includes(index)) {
    return {
      status: 'unreachable',
      predicted,
      message: 'no answer from 10.0.0.17 port 22 within 10 s',
      problem: { code: 'unreachable', message: 'no answer from 10.0.0.17 port 22 within 10 s' },
    };
  }
  const diff: Diff[] =
    number === 1
      ? [
          {
            header: '/etc/nginx/sites-available/demo',
            before: 'server {\n  listen 80;\n}\n',
            after: 'server {\n  listen 80;\n  server_name demo;\n}\n',
          },
        ]
      : [];
  if (number === 4 && predicted)
    return { status: 'unknown', predicted, message: 'command does not run in check mode' };
  if (number === 2 && index % 2 === 1)
    return { status: 'ok', predicted, message: 'the link is there' };
  return { status: 'changed', predicted, message, diff };
}
