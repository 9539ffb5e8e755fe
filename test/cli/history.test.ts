import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { folderWith, rolecall } from './support.ts';

const folder = folderWith({
  'hosts.ini': 'here ansible_connection=local\n',
  'site.yml': `- name: Site
  hosts: all
  gather_facts: false
  tasks:
    - name: Greeting
      copy: {content: "hello\\n", dest: "{{ playbook_dir }}/motd"}
    - name: Give up
      fail: {msg: not today}
`,
});
const file = join(folder, 'own/history.db');
const history = (...words: string[]) => rolecall(['history', ...words, '--history', file], folder);

describe('history', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    const run = ['run', '-i', 'hosts.ini', 'site.yml', '--history', file];
    await rolecall([...run, '-C', '-e', 'app_password=Canary-1'], folder);
    await rolecall(run, folder);
    await rolecall([...run.slice(0, -2), '--no-history'], folder);
  }, 120_000);

  test('lists runs, the newest first', async () => {
    const { stdout } = await history('-o', 'json');
    const { runs } = JSON.parse(stdout);
    expect(runs).toMatchObject([
      { run: 2, kind: 'run', state: 'ended', exit_status: 2, totals: { changes: 1, failed: 1 } },
      { run: 1, kind: 'check', state: 'ended', check_mode: true },
    ]);
    expect(stdout).not.toContain('Canary');
    expect((await history()).stdout).toMatch(/1 host, 1 change on 1, 1 failed · site\.yml/);
  });

  test('shows a run as the run did', async () => {
    const { stdout } = await history('show', '2');
    expect(stdout).toMatch(/^run {7}2 \(run\)/);
    expect(stdout).toContain('+hello');
    expect(stdout).toContain('not today');
    const { hosts, outcomes } = JSON.parse((await history('show', 'last', '-o', 'json')).stdout);
    expect(hosts).toMatchObject([{ host: 'here', tasks: [{ title: 'Greeting' }, {}] }]);
    expect(outcomes).toMatchObject([{ status: 'changed' }, { status: 'failed' }]);
  });

  test.each([
    { words: ['show', '99'], says: /^unknown-run: no run 99/ },
    { words: ['--host', 'heer'], says: /did you mean 'here'/ },
    { words: ['--since', 'soon'], says: /Expected: 7d/ },
    { words: ['prune', '--keep', 'all'], says: /^option-invalid/ },
  ])('$words is refused', async ({ words, says }) => {
    const { status, stderr } = await history(...words);
    expect(stderr).toMatch(says);
    expect(status).toBe(1);
  });

  test('records plans and what is applied, but not the look ahead of it', async () => {
    const own = join(folder, 'own/plans.db');
    const words = (...more: string[]) => [...more, '--history', own];
    const given = ['-e', 'motd=Canary-2'];
    await rolecall(words('plan', '-i', 'hosts.ini', 'site.yml', '-o', 'p.json', ...given), folder);
    await rolecall(words('apply', 'p.json', ...given), folder);
    const { stdout } = await rolecall(words('history', '-o', 'json'), folder);
    expect(JSON.parse(stdout).runs).toMatchObject([
      { run: 2, kind: 'apply', check_mode: false, options: { extraVars: ['motd'] } },
      { run: 1, kind: 'plan', check_mode: true },
    ]);
    expect(stdout).not.toContain('Canary');
  });

  test('forgets', async () => {
    expect((await history('prune', '--keep', '1')).stdout).toBe('1 run forgotten\n');
    expect(JSON.parse((await history('-o', 'json')).stdout).runs).toMatchObject([{ run: 2 }]);
  });
});
