import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { type TestLab, useLab } from './support/lab.ts';
import { putProgram } from './support/program-on-host.ts';

const site = `- name: Shop
  hosts: all
  become: true
  gather_facts: false
  tasks:
    - name: Settings
      copy: { content: "open\\n", dest: /srv/settings }
    - name: Left to people
      copy: { content: "theirs\\n", dest: /srv/theirs }
      tags: by-hand
`;
const settings = `name: shop
playbooks: [site.yml]
inventory: [hosts.ini]
every: 1h
policy:
  - { tag: by-hand, do: report }
default: correct
`;

let lab: TestLab;
beforeAll(async () => {
  lab = await useLab();
  await lab.reset('web1', 'web2');
  await putProgram(lab, 'web1');
  const { address, user } = lab.host('web2');
  const hosts = `web2 ansible_host=${address} ansible_user=${user}\n`;
  await put('/srv/site/site.yml', site);
  await put('/srv/site/drift.yml', settings);
  await put('/srv/site/hosts.ini', hosts);
  await put('/root/.ssh/id_ed25519', readFileSync(lab.keyFile, 'utf8'));
  await put('/root/.ssh/known_hosts', readFileSync(lab.knownHosts, 'utf8'));
});

async function put(path: string, text: string) {
  const script = 'umask 077; mkdir -p "${1%/*}"; cat >"$1"';
  const { status, stderr } = await lab.exec('web1', ['sh', '-c', script, 'put', path], text);
  expect(status, stderr.toString()).toBe(0);
}

/** On web1, as root, in the folder of the site. */
const rolecall = (words: string) =>
  lab.sh('web1', `cd /srv/site && /opt/node /opt/rolecall/src/cli/launch.js ${words} 2>&1`);

test('a timer on a server finds what drifted on another host, corrects what it may, and tells of it', async () => {
  await rolecall('run -i hosts.ini site.yml');
  const installed = await rolecall('drift install');
  expect(installed).toContain('rolecall-drift-shop.timer is enabled and active');
  expect(await rolecall('drift status')).toMatch(/kept by +rolecall-drift-shop\.timer/);

  await lab.sh('web2', 'echo closed >/srv/settings; echo more >>/srv/theirs');
  const log = 'journalctl -q -o cat -u rolecall-drift-shop.service';
  const ended = await lab.exec('web1', ['systemctl', 'start', 'rolecall-drift-shop.service']);
  const said = await lab.sh('web1', log);
  expect(ended.status, said).toBe(0);
  expect(said).toContain('corrected web2: Settings');
  expect(said).toContain('1 not corrected: the policy says report');
  expect(await lab.sh('web2', 'cat /srv/settings /srv/theirs')).toBe('open\ntheirs\nmore\n');
  const status = await rolecall('drift status');
  expect(status).toMatch(/found +1 of 1 host drifted; left: 1 drifted, .*; 1\s+corrected/);
  expect(status).not.toMatch(/next check +unknown/);
  expect(await rolecall('history --kind correction')).toContain('1 change on 1');

  expect(await rolecall('drift uninstall')).toContain('removed rolecall-drift-shop.timer');
  const units =
    "systemctl list-units --all 'rolecall-*'; ls /etc/systemd/system | grep rolecall || :";
  expect(await lab.sh('web1', units)).not.toContain('rolecall-drift');
}, 240_000);
