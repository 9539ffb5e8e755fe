import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/events.ts';
import { noColours } from '../../src/reporters/paint.ts';
import { plainReporter } from '../../src/reporters/plain.ts';
import { end, finished, item, play, started, task } from './support/events.ts';
import { told } from './support/memory.ts';

const hosts = ['web1', 'database1'];
const id = 'site.yml:7';

interface Case {
  readonly name: string;
  readonly verbosity?: number;
  readonly diff?: boolean;
  readonly columns?: number;
  readonly events: readonly RunEvent[];
  readonly text: string;
}

const cases: readonly Case[] = [
  {
    name: 'what changed has a line with its reason, what did not has none',
    events: [
      play('Web servers', hosts),
      task('Install nginx', id, hosts),
      end('web1', 'Install nginx', id, { status: 'changed', message: 'nginx absent → 1.26' }),
      end('database1', 'Install nginx', id, { status: 'ok', message: 'nginx is installed' }),
      task('Quiet task', 'site.yml:9', hosts),
      end('web1', 'Quiet task', 'site.yml:9', { status: 'skipped', message: 'when: false' }),
    ],
    text: `
play Web servers · 2 hosts
task Install nginx
  changed       web1       nginx absent → 1.26
`,
  },
  {
    name: '-v tells reasons of ok and skipped, and the output of commands',
    verbosity: 1,
    events: [
      play('p', ['web1']),
      task('Uptime', id, ['web1'], 'command'),
      end('web1', 'Uptime', id, {
        status: 'changed',
        message: 'ran uptime',
        result: { stdout: 'up 3 days\nload 0.1', stderr: '' },
      }),
      end('web1', 'Uptime', id, { status: 'skipped', message: "'a' is not 'b'" }),
    ],
    text: `
play p · 1 host
task Uptime
  changed       web1  ran uptime
      stdout    up 3 days
                load 0.1
  skipped       web1  'a' is not 'b'
`,
  },
  {
    name: '-vv tells results and durations, the heading its place',
    verbosity: 2,
    events: [
      play('p', ['web1']),
      task('Ping', id, ['web1'], 'ping'),
      end('web1', 'Ping', id, { status: 'ok', message: 'answered', result: { ping: 'pong' } }),
    ],
    text: `
play p · 1 host
task Ping (site.yml:7)
  ok            web1  answered
      took      1200 ms
      {
        "ping": "pong"
      }
`,
  },
  {
    name: '-vvv tells connections',
    verbosity: 3,
    events: [
      { type: 'host-connecting', host: 'web1' },
      { type: 'host-connected', host: 'web1', durationMs: 182 },
    ],
    text: `  connecting    web1
  connected     web1  182 ms
`,
  },
  {
    name: 'a failure says task, expectation, end of stderr, place and what to do',
    events: [
      play('p', ['web1']),
      task('Install nginx', id, ['web1']),
      end('web1', 'Install nginx', id, {
        status: 'failed',
        message: "apt has no package 'ngnix'",
        result: { stderr: `${'x\n'.repeat(20)}E: Unable to locate package ngnix\n` },
        problem: {
          code: 'internal',
          message: "apt has no package 'ngnix'",
          at: { file: 'vars.yml', line: 3, column: 5 },
          expected: 'a package that apt knows',
          nearest: 'nginx',
          hint: 'Set update_cache.',
        },
      }),
    ],
    text: `
play p · 1 host
task Install nginx
  failed        web1  apt has no package 'ngnix'
      task      Install nginx (apt)
      expected  a package that apt knows
      perhaps   did you mean 'nginx'?
      stderr    … 13 earlier lines (-v shows more)
                x
                x
                x
                x
                x
                x
                x
                E: Unable to locate package ngnix
      at        vars.yml:3:5, site.yml:7
      next      Set update_cache.
`,
  },
  {
    name: 'an unreachable host gets the advice of its code',
    events: [
      play('p', ['web1']),
      task('Gather facts', id, ['web1']),
      end('web1', 'Gather facts', id, {
        status: 'unreachable',
        problem: { code: 'unreachable', message: 'no answer from 10.0.0.1 port 22' },
      }),
    ],
    text: `
play p · 1 host
task Gather facts
  unreachable   web1  no answer from 10.0.0.1 port 22
      task      Gather facts (apt)
      at        site.yml:7
      next      Check that the host is up, its address, its port and the network between.
`,
  },
  {
    name: 'an ignored failure is one line',
    events: [
      play('p', ['web1']),
      task('t', id, ['web1']),
      end('web1', 't', id, { status: 'failed', ignored: true, message: 'status 1' }),
    ],
    text: `
play p · 1 host
task t
  ignored       web1  status 1
`,
  },
  {
    name: 'check mode says what would be, --diff shows it',
    diff: true,
    events: [
      started({ checkMode: true }),
      play('p', ['web1']),
      task('motd', id, ['web1'], 'copy'),
      end('web1', 'motd', id, {
        status: 'changed',
        predicted: true,
        message: 'content of /etc/motd',
        diff: [{ header: '/etc/motd', before: 'a\nb\n', after: 'a\nc' }],
      }),
      end('web1', 'motd', id, { status: 'unknown', predicted: true }),
    ],
    text: `check mode: nothing is changed on the hosts

play p · 1 host
task motd
  would change  web1  content of /etc/motd
      --- /etc/motd (before)
      +++ /etc/motd (after)
      @@ -1,2 +1,2 @@
       a
      -b
      +c
      \\ No newline at end of file
  unknown       web1  unknown until applied
`,
  },
  {
    name: 'items of a loop have a line each, the task then none; a failed one still has',
    events: [
      play('p', ['web1']),
      task('t', id, ['web1']),
      item('web1', 't', id, { status: 'changed', item: 'a', message: 'made a' }),
      item('web1', 't', id, { status: 'ok', item: 'b' }),
      end('web1', 't', id, { status: 'changed', message: 'one item changed' }),
    ],
    text: `
play p · 1 host
task t
  changed       web1  [a] made a
`,
  },
  {
    name: 'retries, includes, warnings, messages, skipped plays',
    verbosity: 1,
    events: [
      { type: 'play-skipped', play: 1, name: 'db', reason: 'no hosts matched' },
      play('p', ['web1']),
      task('t', id, ['web1']),
      {
        type: 'host-task-retry',
        play: 1,
        host: 'web1',
        id,
        task: 't',
        attempt: 1,
        left: 2,
        message: 'status 7',
      },
      { type: 'included', play: 1, what: 'tasks/more.yml', hosts: ['web1'] },
      { type: 'warning', message: 'two lines\nof warning', host: 'web1' },
      { type: 'message', text: 'hello', host: 'web1', verbosity: 0 },
      { type: 'message', text: 'not shown', verbosity: 2 },
    ],
    text: `
play db · skipped: no hosts matched

play p · 1 host
task t
  retry         web1: attempt 1, 2 left: status 7
  included      tasks/more.yml for web1
  warning       web1: two lines
      of warning
  message       web1: hello
`,
  },
  {
    name: 'lines are wrapped where columns are asked for',
    columns: 50,
    events: [
      play('p', ['web1']),
      task('t', id, ['web1']),
      end('web1', 't', id, {
        status: 'changed',
        message: 'content of /etc/nginx/sites-enabled/default.conf, mode 0600 → 0644',
      }),
    ],
    text: `
play p · 1 host
task t
  changed       web1  content of
                      /etc/nginx/sites-enabled/def
                      ault.conf, mode 0600 → 0644
`,
  },
  {
    name: 'with strategy free the heading comes again when the task differs',
    events: [
      play('p', ['a', 'b']),
      task('one', 'x:1', ['a', 'b']),
      task('two', 'x:2', ['a', 'b']),
      end('a', 'one', 'x:1', { status: 'changed', message: '1' }),
      end('b', 'two', 'x:2', { status: 'changed', message: '2' }),
      end('b', 'one', 'x:1', { status: 'changed', message: '3' }),
    ],
    text: `
play p · 2 hosts
task one
  changed       a  1
task two
  changed       b  2
task one
  changed       b  3
`,
  },
];

describe('plain reporter', () => {
  test.each(cases)('$name', async ({ events, text, verbosity = 0, diff = false, columns }) => {
    const options = {
      verbosity,
      diff,
      columns: columns ?? Number.POSITIVE_INFINITY,
      paint: noColours,
    };
    expect(await told((output) => plainReporter(output, options), events)).toBe(text);
  });

  test('a failure is told again before the recap', async () => {
    const events = [
      play('p', ['web1', 'web2']),
      task('Install nginx', id, ['web1', 'web2']),
      end('web1', 'Install nginx', id, { status: 'failed', message: 'status 100' }),
      end('web2', 'Install nginx', id, { status: 'failed', message: 'status 100' }),
      finished({ web1: { failed: 1 }, web2: { failed: 1 } }, { exitStatus: 2 }),
    ];
    const options = { verbosity: 0, diff: false, columns: 80, paint: noColours };
    const text = await told((output) => plainReporter(output, options), events);
    expect(text.slice(text.lastIndexOf('\n\nfailed'))).toBe(`

failed  web1, web2  Install nginx (site.yml:7)
        status 100

host     ok  changed  skipped  failed
web1      0        0        0       1
web2      0        0        0       1

Done in 12 s: 2 hosts, nothing changed, 2 failed.
`);
  });
});
