import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestLab, useLab } from '../support/lab.ts';
import { type Ended, folderOf, rolecallRun, startRun } from '../support/rolecall.ts';

let lab: TestLab;

beforeAll(async () => {
  lab = await useLab();
  await lab.reset();
});
afterAll(() => lab.reset());

const note = `
- hosts: all
  gather_facts: false
  tasks:
    - name: Note
      copy: { dest: /root/note, content: "noted\\n" }
`;

/** Runs a playbook on some hosts as root by sudo; the words are further options. */
const run = (hosts: string, playbook: string, ...words: string[]): Promise<Ended> => {
  const site = join(folderOf({ 'site.yml': playbook }), 'site.yml');
  return rolecallRun(['-i', lab.inventoryFile, '-l', hosts, '-b', site, ...words]);
};
const problemOn = (ended: Ended, host: string) =>
  ended.events.find((event) => event.host === host && event.outcome?.problem)?.outcome?.problem;
const forgetLog = (host: string) => lab.sh(host, 'journalctl -q --rotate --vacuum-time=1s');
const log = (host: string, unit: string) => lab.sh(host, `journalctl -q -o cat ${unit}`);

test('a host that dies in mid-task is unknown and gone, the others finish', async () => {
  const playbook = `${note}
    - name: Nap
      shell: touch /run/napping; sleep 4
    - name: After
      copy: { dest: /root/after, content: "after\\n" }
`;
  const site = join(folderOf({ 'site.yml': playbook }), 'site.yml');
  const running = startRun(['-i', lab.inventoryFile, '-l', 'app1,db1', '-b', site]);
  await running.until({ event: 'task-started', task: 'Nap' });
  await lab.sh(
    'db1',
    'n=200; until [ -e /run/napping ]; do n=$((n - 1)); [ $n -gt 0 ] || exit 1; sleep 0.1; done',
  );
  await lab.powerOff('db1');
  const ended = await running.ended;
  await lab.boot('db1');
  expect(ended.tasks).toEqual({
    'app1: Note': 'changed',
    'db1: Note': 'changed',
    'app1: Nap': 'changed',
    'db1: Nap': 'unknown',
    'app1: After': 'changed',
  });
  expect(ended.status).toBe(4);
  expect(await lab.sh('app1', 'cat /root/after')).toBe('after\n');

  const again = await run('app1,db1', playbook);
  expect(again.status, again.stdout).toBe(0);
  expect(again.tasks).toMatchObject({ 'db1: After': 'changed', 'app1: After': 'ok' });
});

test('a host that is down before the run: the others finish', async () => {
  await lab.powerOff('web2');
  const ended = await run('web1,web2,app1', note.replace('noted', 'again'), '-T', '3');
  await lab.boot('web2');
  expect(ended.tasks).toEqual({
    'web1: Note': 'changed',
    'app1: Note': 'changed',
    'web2: Note': 'unreachable',
  });
  expect(problemOn(ended, 'web2')).toMatchObject({ code: 'unreachable' });
  expect(ended.status).toBe(4);
});

test('a key that the host does not know is refused once', async () => {
  const key = join(folderOf(), 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const ended = await run('web1', note, '-e', `ansible_ssh_private_key_file=${key}`);
  expect(ended.tasks).toEqual({ 'web1: Note': 'unreachable' });
  expect(problemOn(ended, 'web1')).toMatchObject({
    code: 'authentication-failed',
    message: expect.stringContaining(key),
  });
  expect(ended.status).toBe(4);
});

test.each([
  ['a changed host key', 'host-key-changed', (address: string) => `${address} ${keyOf('web2')}\n`],
  ['an unknown host key', 'host-key-unknown', () => ''],
])('%s is refused before anything is offered', async (_, code, knownHosts) => {
  const known = join(folderOf({ known: knownHosts(lab.host('web1').address) }), 'known');
  const before = readFileSync(known, 'utf8');
  await forgetLog('web1');
  const args = `-o UserKnownHostsFile=${known} -o GlobalKnownHostsFile=/dev/null`;
  const ended = await run('web1', note, '-e', JSON.stringify({ ansible_ssh_common_args: args }));
  expect(ended.tasks).toEqual({ 'web1: Note': 'unreachable' });
  expect(problemOn(ended, 'web1')).toMatchObject({ code });
  expect(ended.status).toBe(4);
  expect(readFileSync(known, 'utf8')).toBe(before);
  expect(await log('web1', '-u ssh')).not.toMatch(/Accepted|Failed|userauth|authenticating/);
});

test('an unknown host key is stored with accept-new, and checked from then on', async () => {
  const known = join(folderOf({ known: '' }), 'known');
  const ssh = JSON.stringify({ ansible_ssh_common_args: `-o UserKnownHostsFile=${known}` });
  const options = ['-e', ssh, '--host-key-checking'];
  const first = await run('web1', note, ...options, 'accept-new');
  expect(first.status, first.stdout).toBe(0);
  expect(readFileSync(known, 'utf8')).toContain(keyOf('web1'));
  expect((await run('web1', note, ...options, 'strict')).status).toBe(0);
});

test('a wrong become password fails within 5 s, after one attempt, and is not shown', async () => {
  await forgetLog('web1');
  const file = join(folderOf({ password: 'wrong-canary\n' }), 'password');
  const options = ['-e', 'ansible_user=asker', '--become-password-file', file, '-vvv'];
  const started = performance.now();
  const ended = await run('web1', note, ...options);
  expect(performance.now() - started).toBeLessThan(5000);
  expect(Object.keys(ended.tasks)).toEqual(['web1: Note']);
  expect(ended.status).toBe(2);
  expect(problemOn(ended, 'web1')).toMatchObject({ code: 'become-failed' });
  expect(JSON.stringify(ended)).not.toContain('canary');
  const attempts = (await log('web1', '-t sudo')).match(/\d+ incorrect password attempts?/g);
  expect(attempts).toEqual(['1 incorrect password attempt']);
});

/** Type and key of a host, as in known_hosts. */
function keyOf(host: string): string {
  const { address } = lab.host(host);
  const lines = readFileSync(lab.knownHosts, 'utf8').split('\n');
  const line = lines.find((text) => text.split(/[ ,]/).includes(address))!;
  return line.split(' ').slice(1).join(' ');
}
