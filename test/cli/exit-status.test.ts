import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { folderWith, rolecall, start } from './support.ts';

const folder = folderWith({
  'hosts.ini': 'here ansible_connection=local\n',
  'hello.yml': `- hosts: all
  gather_facts: false
  tasks:
    - debug: {msg: "hello {{ who | default('you') }}"}
`,
  'write.yml': `- hosts: all
  gather_facts: false
  tasks:
    - copy: {content: "x\\n", dest: "{{ playbook_dir }}/{{ name }}"}
`,
  'fails.yml': `- hosts: all
  gather_facts: false
  tasks:
    - name: Give up
      fail: {msg: not today}
`,
  'slow.yml': `- hosts: all
  gather_facts: false
  tasks:
    - command: sleep 2
    - command: touch {{ playbook_dir }}/never
`,
  'handler.yml': `- hosts: all
  gather_facts: false
  tasks:
    - command: touch {{ playbook_dir }}/before
      notify: relaod
  handlers:
    - name: reload
      command: 'true'
`,
  'wrong.yml': `- hosts: all
  tasks:
    - debg: {msg: x}
    - debug: {massage: x}
      wen: true
`,
});

interface Case {
  readonly words: string;
  readonly status: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** A typed role, by its folder. */
const webRole = fileURLToPath(new URL('../../roles/web', import.meta.url));

const cases: readonly Case[] = [
  { words: '--version', status: 0, stdout: 'rolecall ' },
  { words: '', status: 0, stdout: 'Usage: rolecall COMMAND' },
  { words: 'run --help', status: 0, stdout: '--start-at-task' },
  { words: 'help exec', status: 0, stdout: 'Usage: rolecall exec' },
  { words: 'rnu', status: 1, stderr: 'Did you mean run?' },
  { words: 'run --lmit web hello.yml', status: 1, stderr: 'Did you mean --limit?' },
  { words: 'run', status: 1, stderr: "missing required argument 'playbook'" },
  { words: 'run --forks 0 hello.yml', status: 1, stderr: 'a whole number above 0' },
  { words: 'run --step hello.yml', status: 1, stderr: 'unsupported: --step is not supported' },
  { words: 'run -o lvie hello.yml', status: 1, stderr: "did you mean 'live'?" },
  { words: 'run -o plain -o json hello.yml', status: 1, stderr: 'both write to stdout' },
  { words: 'run -c openshh hello.yml', status: 1, stderr: 'Did you mean openssh?' },
  { words: 'run -e nonsense hello.yml', status: 1, stderr: 'option-invalid' },
  { words: 'run -i hosts.ini handler.yml', status: 1, stderr: "did you mean 'reload'?" },
  { words: 'run -i hosts.ini hello.yml', status: 0, stdout: 'hello you' },
  { words: 'run -i hosts.ini -e who=world hello.yml', status: 0, stdout: 'hello world' },
  { words: 'run -i hosts.ini -K hello.yml', status: 1, stderr: 'stdin is no terminal' },
  { words: 'run -i hosts.ini none.yml', status: 1, stderr: 'none.yml' },
  { words: 'run -i nowhere.ini hello.yml', status: 1, stderr: 'nowhere.ini' },
  { words: 'run -i hosts.ini fails.yml', status: 2, stdout: 'not today' },
  { words: 'run -i hosts.ini --syntax-check fails.yml', status: 0, stdout: 'playbook: ' },
  { words: 'run -i hosts.ini --list-tasks fails.yml', status: 0, stdout: 'Give up' },
  { words: 'run -i hosts.ini --list-hosts fails.yml', status: 0, stdout: 'hosts (1):\n      here' },
  { words: 'run -i hosts.ini --limit other hello.yml', status: 1, stderr: 'other' },
  { words: 'run -i hosts.ini wrong.yml', status: 1, stderr: "did you mean 'debug'?" },
  { words: 'lint wrong.yml', status: 1, stdout: '3 problems' },
  { words: 'lint hello.yml', status: 0, stdout: '0 problems' },
  {
    words: 'inventory -i hosts.ini --graph',
    status: 0,
    stdout: '@all:\n  |--@ungrouped:\n  |  |--here',
  },
  {
    words: 'inventory -i hosts.ini --host here',
    status: 0,
    stdout: '"ansible_connection": "local"',
  },
  { words: 'inventory -i hosts.ini --host her', status: 1, stderr: "did you mean 'here'?" },
  { words: 'inventory -i hosts.ini', status: 1, stderr: 'one of --list, --graph and --host' },
  { words: 'inventory -i hosts.ini --list --yaml', status: 0, stdout: '_meta:' },
  { words: 'exec all -i hosts.ini -m debug -a msg=hi', status: 0, stdout: 'here  ok  hi' },
  { words: 'exec all -i hosts.ini -m dbug', status: 1, stderr: "did you mean 'debug'?" },
  { words: 'doc', status: 0, stdout: 'Shows a message or the value of a variable.' },
  { words: 'doc debug', status: 0, stdout: 'verbosity' },
  { words: `doc ${webRole}`, status: 0, stdout: 'sites[].serverNames  (list of string' },
  { words: 'doc debgu', status: 1, stderr: "did you mean 'debug'?" },
  { words: 'schema tasks --compact', status: 0, stdout: '"$schema"' },
];

describe('exit status', { timeout: 60_000 }, () => {
  test.concurrent.each(cases)(
    'rolecall $words → $status',
    async ({ words, status, stdout, stderr }) => {
      const ended = await rolecall(words.split(' ').filter(Boolean), folder);
      expect(ended).toMatchObject({
        ...(stdout !== undefined && { stdout: expect.stringContaining(stdout) }),
        ...(stderr !== undefined && { stderr: expect.stringContaining(stderr) }),
        status,
      });
      expect(ended.stderr).not.toMatch(/^\s+at .*\.ts:\d+/m);
    },
  );

  // Another run on this very machine may hold its lock for a moment.
  test('--detailed-exitcode is 3 when something changed or would, 0 when nothing did', {
    retry: 3,
  }, async () => {
    const name = `written-${Date.now()}`;
    const words = ['run', '-i', 'hosts.ini', 'write.yml', '-e', `name=${name}`];
    const statuses = [];
    for (const more of [
      ['--check', '--detailed-exitcode'],
      ['--detailed-exitcode'],
      ['--detailed-exitcode'],
      [],
    ]) {
      statuses.push((await rolecall([...words, ...more], folder)).status);
    }
    expect(statuses).toEqual([3, 3, 0, 0]);
    expect(readFileSync(join(folder, name), 'utf8')).toBe('x\n');
  });

  test('SIGINT stops where a task ends, and says so', { retry: 3 }, async () => {
    const child = start(['run', '-i', 'hosts.ini', 'slow.yml'], folder);
    await child.until(/play all/);
    await setTimeout(500); // the first task is on its way
    child.process.kill('SIGINT');
    const ended = await child.ended;
    expect(ended.stdout).toContain('SIGINT: stopping when the running tasks end');
    expect(ended.stdout).toContain('Interrupted after');
    expect(ended).toMatchObject({ status: 130, stderr: '' });
    expect(existsSync(join(folder, 'never'))).toBe(false);
  });

  test('reports go to files', async () => {
    const words = [
      'run',
      '-i',
      'hosts.ini',
      'hello.yml',
      '-o',
      'plain',
      '-o',
      'json=out/run.jsonl',
      '-o',
      'junit=out/run.xml',
    ];
    expect(await rolecall(words, folder)).toMatchObject({ status: 0 });
    const lines = readFileSync(join(folder, 'out/run.jsonl'), 'utf8').trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line).event);
    expect([events[0], events.at(-1)]).toEqual(['run-started', 'run-finished']);
    expect(readFileSync(join(folder, 'out/run.xml'), 'utf8')).toContain(
      '<testcase classname="here"',
    );
  });
});
