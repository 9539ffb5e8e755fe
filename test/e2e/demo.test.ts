import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestLab, useLab } from './support/lab.ts';
import { rolecallRun } from './support/rolecall.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const playbook = join(root, 'playbooks/demo.yml');

let lab: TestLab;
let inventory: string;

beforeAll(async () => {
  lab = await useLab('demo', [
    { name: 'lb1', groups: ['load_balancer'], packages: [] },
    { name: 'web1', groups: ['web'], packages: [] },
    { name: 'web2', groups: ['web'], packages: [] },
    { name: 'app1', groups: ['app'], packages: [] },
  ]);
  await lab.reset();
  inventory = demoInventory(lab);
});
afterAll(() => rmSync(inventory, { recursive: true, force: true }));

const run = (...words: string[]) => rolecallRun(['-i', inventory, playbook, ...words]);
const names = () => lab.hosts.map(({ name }) => name);
const onEach = <T>(look: (host: string) => Promise<T>) => Promise.all(names().map(look));

test('the demo: a dry run that alters nothing and is right, a run, and one without changes', async () => {
  const before = await onEach(lab.hashTree);
  const planned = await run('--check');
  const after = await onEach(lab.hashTree);
  expect(after.flatMap((tree, index) => lab.differences(before[index]!, tree))).toEqual([]);
  expect(planned.status, planned.stdout).toBe(0);
  expect(planned.with('unknown')).toEqual([]);

  const done = await run();
  expect(done.status, done.stdout).toBe(0);
  expect(done.with('changed').length).toBeGreaterThan(20);
  expect(planned.with('changed')).toEqual(done.with('changed'));
  expect(await pagesThroughTheBalancer()).toEqual(['web1', 'web2']);

  const services = await onEach(marks);
  expect(services.join('\n')).toMatch(/nginx\.service MainPID=[1-9]/);
  expect(services.join('\n')).toMatch(/haproxy\.service MainPID=[1-9]/);
  const again = await run('--detailed-exitcode');
  expect(again.status, again.stdout).toBe(0);
  expect(again.with('changed')).toEqual([]);
  expect(await onEach(marks)).toEqual(services);

  const planAgain = await run('--check', '--detailed-exitcode');
  expect(planAgain.status, planAgain.stdout).toBe(0);
  expect([...planAgain.with('changed'), ...planAgain.with('unknown')]).toEqual([]);
});

/** inventory/demo, with the addresses and keys of the test's own lab. */
function demoInventory({ hosts, keyFile }: TestLab): string {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-demo-'));
  cpSync(join(root, 'inventory/demo'), folder, { recursive: true });
  const edit = (file: string, change: (text: string) => string): void => {
    const text = readFileSync(join(folder, file), 'utf8');
    writeFileSync(join(folder, file), change(text));
  };
  edit('group_vars/all.yml', (text) => text.replaceAll('/run/rolecall-lab/demo', dirname(keyFile)));
  edit('hosts.yml', (text) =>
    hosts.reduce(
      (edited, { name, address }) =>
        edited.replace(new RegExp(`(${name}:\\s+ansible_host: ).*`), (_, start) => start + address),
      text,
    ),
  );
  return folder;
}

/** What tells that a service was restarted or reloaded, or a file written. */
function marks(host: string): Promise<string> {
  return lab.sh(
    host,
    `for u in nginx haproxy cron; do echo "$u.service $(systemctl show $u -p MainPID,ActiveEnterTimestamp | tr '\\n' ' ')"; done
find /etc /var/www /var/spool -newermt @0 -printf '%p %T@\\n' 2>/dev/null | sort`,
  );
}

async function pagesThroughTheBalancer(): Promise<string[]> {
  const served = new Set<string>();
  const until = Date.now() + 15_000;
  while (served.size < 2 && Date.now() < until) {
    const response = await fetch(`http://${lab.host('lb1').address}/`, {
      headers: { connection: 'close' },
    });
    served.add(response.headers.get('x-served-by') ?? `HTTP ${response.status}`);
  }
  return [...served].sort();
}
