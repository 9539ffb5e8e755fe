import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type TestLab, useLab } from './support/lab.ts';
import { folderOf, startTool } from './support/rolecall.ts';
import { until } from './support/until.ts';

const site = `- name: Shop
  hosts: web
  become: true
  gather_facts: false
  tasks:
    - name: Settings
      copy: { content: "open\\n", dest: /srv/settings }
      notify: note
    - name: Mode
      file: { path: /srv/settings, mode: "0640" }
    - name: Line
      lineinfile: { path: /srv/lines, line: ours, create: true }
      notify: note
    - name: Later
      copy: { content: "later\n", dest: /srv/later }
  handlers:
    - name: note
      shell: |
        echo begin {{ watcher }} >>/srv/log
        n=600; until [ -e /srv/go ] || [ $((n -= 1)) -eq 0 ]; do sleep 0.1; done
        sleep 0.5
        echo end {{ watcher }} >>/srv/log
`;
const settings = (watcher: string) => `playbooks: [site.yml]
inventory: [hosts.ini]
state: state.json
default: correct
limits: { driftedShare: 100, hostsAtOnce: 2, sameDrift: { times: 3, within: 24h } }
run: { extraVars: [watcher=${watcher}] }
notify:
  - command: [sh, -c, "cat >>notices"]
    about: [drift, correction-failed, same-drift, unreachable, check-failed]
`;
const drift = 'echo closed >/srv/settings; chmod 600 /srv/settings; : >/srv/lines';
const hosts = ['web1', 'web2'];

let lab: TestLab;
beforeAll(async () => {
  lab = await useLab();
  await lab.reset(...hosts);
});

const onEach = (script: string) => Promise.all(hosts.map((host) => lab.sh(host, script)));

/** A machine of its own: its record, state and lock are not the other one's. */
async function controller(name: string) {
  const files = { 'site.yml': site, 'hosts.ini': lab.inventory, 'drift.yml': settings(name) };
  const folder = folderOf(files);
  const rolecall = (...words: string[]) =>
    startTool(words, { cwd: folder, env: { ROLECALL_HISTORY: join(folder, 'history.db') } }).ended;
  const run = await rolecall('run', '-i', 'hosts.ini', 'site.yml', '-e', `watcher=${name}`);
  expect(run.status, run.stdout).toBe(0);
  return {
    wasAlarmed: () => existsSync(join(folder, 'notices')),
    watch: async () => {
      const { status, stdout, stderr } = await rolecall('drift', 'watch', '--once');
      expect(status, stdout + stderr).toBe(0);
      expect(stderr).toBe('');
      return stdout;
    },
    check: () => rolecall('drift', 'check'),
  };
}

const corrections = (texts: readonly string[]) =>
  texts.flatMap((text) => text.match(/corrected web\d: .*/g) ?? []).sort();
const each = ['Line', 'Mode', 'Settings'];
const wanted = hosts.flatMap((host) => each.map((task) => `corrected ${host}: ${task}`));

test('two watchers of one fleet at once: corrections do not interleave, each drift is corrected once', async () => {
  await onEach('rm -rf /srv/*; touch /srv/go');
  const both = [await controller('anna'), await controller('ben')];
  await onEach(': >/srv/log');
  for (let round = 1; round <= 2; round++) {
    await onEach(drift);
    const said = await Promise.all(both.map((one) => one.watch()));
    expect(corrections(said), said.join('\n')).toEqual(wanted);
    expect((await both[0]!.check()).status).toBe(0);
  }
  for (const log of await onEach('cat /srv/log')) {
    expect(log).toMatch(/^(begin (anna|ben)\nend \2\n){2}$/);
  }
  expect(both.map((one) => one.wasAlarmed())).toEqual([false, false]);
}, 240_000);

test('a watcher says that another one is at work on a host, and corrects what is left the next time', async () => {
  await onEach('rm -rf /srv/*; touch /srv/go');
  const [anna, ben] = [await controller('anna'), await controller('ben')];
  await onEach(`${drift}; rm /srv/go /srv/log`);
  const first = anna.watch();
  await until(async () => (await onEach('cat /srv/log')).every((log) => log === 'begin anna\n'));
  await lab.sh('web1', 'echo sooner >/srv/later');
  const busy = await ben.watch();
  expect(busy).toContain('1 not corrected: another run is at work on the host');
  expect(corrections([busy])).toEqual([]);
  expect(ben.wasAlarmed()).toBe(false);

  await onEach('touch /srv/go');
  expect(corrections([await first])).toEqual(wanted);
  expect(corrections([await ben.watch()])).toEqual(['corrected web1: Later']);
  expect((await anna.check()).status).toBe(0);
  expect(await onEach('cat /srv/log')).toEqual([
    'begin anna\nend anna\n',
    'begin anna\nend anna\n',
  ]);
}, 240_000);
