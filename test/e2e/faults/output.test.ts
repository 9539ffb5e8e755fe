import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestLab, useLab } from '../support/lab.ts';
import { folderOf, type Running, startRun } from '../support/rolecall.ts';

let lab: TestLab;

beforeAll(async () => {
  lab = await useLab();
  await lab.reset('web1', 'db1');
});
afterAll(() => lab.reset('web1', 'db1'));

const start = (hosts: string, playbook: string, ...words: string[]): Running => {
  const site = join(folderOf({ 'site.yml': playbook }), 'site.yml');
  return startRun(['-i', lab.inventoryFile, '-l', hosts, '-b', site, ...words]);
};

const much = `
- hosts: all
  gather_facts: false
  tasks:
    - name: Much
      shell: "{{ command }}"
      register: much
    - name: How much
      debug: { msg: "{{ much.stdout | length }} {{ much.truncated | default(false) }}" }
`;

test('100 MB of output: cut, flagged, in bounded memory, and other hosts go on', async () => {
  const control = await peak(start('web1,app1', much, '-e', '{"command": "yes | head -c 2000"}'));
  const command = `{% if inventory_hostname == 'app1' %}echo few{% else %}yes ${'x'.repeat(99)} | head -c 100000000{% endif %}`;
  const running = start('web1,app1', much, '-e', JSON.stringify({ command }));
  const highest = await peak(running);
  const ended = await running.ended;
  expect(ended.status, ended.stderr).toBe(0);
  const said = ended.events.filter(({ task, outcome }) => task === 'How much' && outcome);
  const messages = new Map(said.map(({ host, outcome }) => [host, outcome!.result.msg]));
  expect(messages).toEqual(
    new Map([
      ['web1', '4194304 True'],
      ['app1', '3 False'],
    ]),
  );
  const warning = ended.events.find(({ event }) => event === 'warning');
  expect(warning).toMatchObject({ host: 'web1', message: expect.stringContaining('cut after') });
  expect(highest - control).toBeLessThan(256);
});

test.each([
  ['noisy', 'web1', '/bin/bash'],
  ['csh', 'web1', '/bin/csh'],
  ['fish', 'db1', '/usr/bin/fish'],
])('a login shell that is %s', async (name, host, shell) => {
  await lab.sh(
    host,
    `useradd -m -s ${shell} with${name}; cd /home/with${name}
install -d -m 700 .ssh .config/fish; install -m 600 /home/deploy/.ssh/authorized_keys .ssh
echo 'with${name} ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/with${name}
for rc in .bashrc .profile .cshrc .tcshrc .config/fish/config.fish .ssh/rc; do echo 'echo noise $USER; echo trouble >&2' >$rc; done
sed -i 's/>&2//' .cshrc .tcshrc
[ ${name} != noisy ] || { yes Welcome | head -c 300000 >.welcome; echo 'cat ~/.welcome' >>.bashrc; }
chown -R with${name} .`,
  );
  const playbook = `
- hosts: all
  tasks:
    - name: Facts
      assert: { that: "ansible_user_id == 'root' and ansible_distribution == 'Debian'" }
    - name: Say
      shell: "printf %s \\"$0 $HOME\\"; printf %s warn >&2"
      register: said
      become: false
    - name: Clean
      assert: { that: "said.stdout == '/bin/sh /home/with${name}' and said.stderr == 'warn'" }
    - name: Write
      copy: { dest: "/root/it's $HOME", content: "it's $HOME" }
`;
  const run = () => start(host, playbook, '-e', `ansible_user=with${name}`).ended;
  const first = await run();
  expect(first.status, first.stdout).toBe(0);
  expect(await lab.sh(host, `cat "/root/it's \\$HOME"`)).toBe("it's $HOME");
  expect((await run()).with('changed')).toEqual([`${host}: Say`]);
});

test('what a host says is escaped on the terminal and whole in the record', async () => {
  const raw = String.raw;
  const playbook = `
- hosts: all
  gather_facts: false
  tasks:
    - name: Escapes
      shell: ${raw`printf '\033[2J\033]52;c;aGk=\007\302\233\342\200\256end'`}; exit 3
`;
  const ended = await start('web1', playbook, '-vv').ended;
  expect(ended.status).toBe(2);
  expect(ended.stdout).toContain('end');
  expect(
    [...ended.stdout].filter(
      (character) => /[\p{Cc}\u202e]/u.test(character) && character !== '\n',
    ),
  ).toEqual([]);
  const [failed] = ended.events.filter(({ event }) => event === 'host-task-finished');
  expect(failed!.outcome!.result.stdout).toBe('\u001b[2J\u001b]52;c;aGk=\u0007\u009b\u202eend');
});

/** The most memory that the process had in use, in MB. */
async function peak({ child, ended }: Running): Promise<number> {
  let kilobytes = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      kilobytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? kilobytes);
    } catch {
      // it has ended
    }
  }, 20);
  await ended;
  clearInterval(timer);
  return kilobytes / 1024;
}
