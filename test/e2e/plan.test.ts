import { spawn } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { type TestLab, useLab } from './support/lab.ts';
import { folderOf } from './support/rolecall.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const hosts = ['web1', 'web2'];
const site = `- name: Web servers
  hosts: web
  become: true
  vars:
    web:
      sites: [{ name: shop, serverNames: [www.shop.test], root: /srv/shop }]
  pre_tasks:
    - name: Make its user
      user: { name: shop, system: true }
    - name: Note who made it
      copy: { content: "by hand\\n", dest: /etc/shop.conf, owner: shop, mode: "0640" }
  roles: [web]
  post_tasks:
    - name: Ask the version
      command: nginx -v
      register: version
      changed_when: false
    - name: Write it down
      copy: { content: "{{ version.stderr }}", dest: /srv/shop/version }
`;

let lab: TestLab;

beforeAll(async () => {
  lab = await useLab();
  await lab.reset(...hosts);
});

interface Ended {
  readonly status: number | null;
  readonly said: string;
}

function rolecall(folder: string, ...words: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, 'src/cli/launch.js'), ...words], {
    cwd: folder,
    env: { ...process.env, ROLECALL_PLAN_KEY: 'a key for this test only' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, said }));
  });
}

test('virgin hosts: what is planned is what apply does; a host that moves is refused; then there is nothing to do', async () => {
  const folder = folderOf({ 'site.yml': site, 'hosts.ini': lab.inventory });
  symlinkSync(join(root, 'roles'), join(folder, 'roles'));
  const plan = () => rolecall(folder, 'plan', '-i', 'hosts.ini', 'site.yml', '-o', 'plan.json');
  const apply = (...words: string[]) => rolecall(folder, 'apply', 'plan.json', ...words);
  const read = () => JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')) as Plan;
  const told = (status: string) =>
    read()
      .steps.filter((step) => step.status === status)
      .map(({ host, task }) => `${host}: ${task}`)
      .sort();

  const before = await Promise.all(hosts.map(lab.hashTree));
  const planned = await plan();
  expect(planned.status, planned.said).toBe(0);
  const after = await Promise.all(hosts.map(lab.hashTree));
  expect(after.flatMap((tree, index) => lab.differences(before[index]!, tree))).toEqual([]);
  expect(told('unknown')).toEqual(hosts.map((host) => `${host}: Write it down`));

  await lab.sh('web2', 'printf x >/etc/shop.conf');
  const refused = await apply('-o', 'plain', '-o', 'json=refused.jsonl');
  expect(refused.status).toBe(2);
  expect(refused.said).toContain('web2 is not as it was when the plan was made');
  const first = statuses(join(folder, 'refused.jsonl'));
  expect([...first].filter(([name]) => name.startsWith('web2'))).toEqual([
    ['web2: Gathering Facts', 'failed'],
  ]);
  expect(refused.said).toContain('path /etc/shop.conf is not what it was');
  const of = (host: string, names: readonly string[]) =>
    names.filter((name) => name.startsWith(host));
  expect(withStatus(first, 'changed')).toEqual(
    [...of('web1', told('changed')), ...of('web1', told('unknown'))].sort(),
  );
  expect(await lab.sh('web2', 'cat /etc/shop.conf; id shop 2>&1; [ ! -e /etc/nginx ]')).toContain(
    'no such user',
  );

  const second = await plan();
  expect(second.status, second.said).toBe(0);
  expect(told('changed').every((name) => name.startsWith('web2'))).toBe(true);
  const applied = await apply('-o', 'plain', '-o', 'json=applied.jsonl');
  expect(applied.status, applied.said).toBe(0);
  expect(withStatus(statuses(join(folder, 'applied.jsonl')), 'changed')).toEqual(
    [...told('changed'), ...of('web2', told('unknown'))].sort(),
  );

  // What a command will say is never known ahead; here it comes to nothing.
  await plan();
  expect([told('changed'), told('unknown').length]).toEqual([[], 2]);
  const nothing = await apply('-o', 'plain', '-o', 'json=nothing.jsonl');
  expect(nothing.status, nothing.said).toBe(0);
  expect(withStatus(statuses(join(folder, 'nothing.jsonl')), 'changed')).toEqual([]);

  writeFileSync(join(folder, 'site.yml'), `${site}# more\n`);
  expect((await apply()).said).toContain('site.yml has changed');
}, 300_000);

/** `host: task` → how it ended, of a record of events. */
function statuses(file: string): ReadonlyMap<string, string> {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return new Map(
    lines
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event === 'host-task-finished')
      .map(({ host, task, outcome }) => [`${host}: ${task}`, outcome.status]),
  );
}

function withStatus(all: ReadonlyMap<string, string>, wanted: string): string[] {
  return [...all]
    .filter(([, status]) => status === wanted)
    .map(([name]) => name)
    .sort();
}
