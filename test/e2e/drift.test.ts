import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type TestLab, useLab } from './support/lab.ts';
import { folderOf, startTool } from './support/rolecall.ts';

const unit =
  '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n';
const site = `- name: Shop
  hosts: web
  become: true
  gather_facts: false
  tasks:
    - name: Group
      group: { name: sellers, gid: 4711 }
    - name: User
      user: { name: shop, system: true, shell: /bin/sh }
    - name: Folder
      file: { path: /srv/shop, state: directory, owner: shop, mode: "0750" }
    - name: Content
      copy: { content: "open\\n", dest: /srv/shop/state, mode: "0640" }
    - name: Mode
      copy: { content: "secret\\n", dest: /srv/shop/key, mode: "0600" }
    - name: Owner
      copy: { content: "mine\\n", dest: /srv/shop/own, owner: daemon }
    - name: Presence
      copy: { content: "here\\n", dest: /srv/shop/there }
    - name: Absence
      file: { path: /srv/shop/old, state: absent }
    - name: Link
      file: { src: /srv/shop/state, dest: /srv/shop/link, state: link }
    - name: Line
      lineinfile: { path: /etc/hosts, line: "192.0.2.9 stock" }
    - name: Job
      cron: { name: count, job: /bin/true, minute: "5" }
    - name: Unit
      copy: { content: "${unit}", dest: /etc/systemd/system/shop.service }
      notify: reread
    - meta: flush_handlers
    - name: Service runs
      systemd: { name: shop, state: started }
    - name: Service starts at boot
      systemd: { name: shop, enabled: true }
    - name: Left to people
      copy: { content: "theirs\\n", dest: /srv/shop/theirs }
      tags: by-hand
  handlers:
    - name: reread
      systemd: { daemon_reload: true }
`;
const settings = `playbooks: [site.yml]
inventory: [hosts.ini]
state: state.json
policy:
  - { tag: by-hand, do: report }
default: correct
limits: { driftedShare: 100 }
`;

/** By the task that finds it. */
const drifts: Readonly<Record<string, string>> = {
  Group: 'groupdel sellers',
  User: 'usermod --shell /bin/false shop',
  Folder: 'chmod 0777 /srv/shop',
  Content: 'echo closed >>/srv/shop/state',
  Mode: 'chmod 0644 /srv/shop/key',
  Owner: 'chown root /srv/shop/own',
  Presence: 'rm /srv/shop/there',
  Absence: 'touch /srv/shop/old',
  Link: 'ln -sfn /etc/passwd /srv/shop/link',
  Line: 'grep -v stock /etc/hosts >/tmp/h; cat /tmp/h >/etc/hosts; rm /tmp/h',
  Job: 'crontab -r',
  Unit: 'echo >>/etc/systemd/system/shop.service; systemctl daemon-reload',
  'Service runs': 'systemctl stop shop',
  'Service starts at boot': 'systemctl disable shop',
  'Left to people': 'echo more >>/srv/shop/theirs',
};

let lab: TestLab;

beforeAll(async () => {
  lab = await useLab();
  await lab.reset('web1', 'web2');
});

test('what drifted on a host is found, all of it, and corrected where the policy says so; nothing else changes', async () => {
  const folder = folderOf({ 'site.yml': site, 'hosts.ini': lab.inventory, 'drift.yml': settings });
  const rolecall = (...words: string[]) =>
    startTool(words, { cwd: folder, env: { ROLECALL_HISTORY: join(folder, 'history.db') } }).ended;
  const check = async () => {
    const { status, stdout, stderr } = await rolecall('drift', 'check', '-o', 'json');
    expect(stderr).toBe('');
    const { findings } = JSON.parse(stdout) as { findings: Record<string, string>[] };
    return { status, findings: findings.map(({ kind, host, task }) => `${kind} ${host}: ${task}`) };
  };
  const first = await rolecall('run', '-i', 'hosts.ini', 'site.yml');
  expect(first.status, first.stdout).toBe(0);
  expect(await check()).toEqual({ status: 0, findings: [] });

  const untouched = await lab.hashTree('web2');
  const wanted = Object.keys(drifts).map((task) => `drifted web1: ${task}`);
  for (const script of Object.values(drifts)) await lab.sh('web1', script);
  const found = await check();
  expect(found.findings.sort()).toEqual(wanted.sort());
  expect(found.status).toBe(3);

  const watched = await rolecall('drift', 'watch', '--once');
  expect(watched.status, watched.stdout + watched.stderr).toBe(0);
  const left = ['drifted web1: Left to people'];
  expect(await check()).toEqual({ status: 3, findings: left });
  expect(lab.differences(untouched, await lab.hashTree('web2'))).toEqual([]);
  expect(await lab.sh('web1', 'cat /srv/shop/theirs')).toBe('theirs\nmore\n');
  const { stdout } = await rolecall('history', '--kind', 'correction');
  expect(stdout).toContain(`${wanted.length - 1} changes on 1`);
}, 240_000);
