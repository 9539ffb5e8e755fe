import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Vault } from 'ansible-vault';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestLab, useLab } from '../support/lab.ts';
import { folderOf, startRun } from '../support/rolecall.ts';

const canaries = {
  vaulted: `vault "canary" it's $9/é`,
  hidden: 'nolog-canary-7f3a',
  become: 'become-canary-51c2',
  role: 'role-canary-0b77',
  included: 'included-canary-e4',
  hash: '$6$rounds=5000$canarysalt$canaryhash',
};
let lab: TestLab;

beforeAll(async () => {
  lab = await useLab();
  await lab.reset('web1');
  await lab.sh(
    'web1',
    `useradd -m keeper; echo 'keeper:${canaries.become}' | chpasswd
echo 'keeper ALL=(ALL) ALL' >/etc/sudoers.d/keeper
install -d -m 700 -o keeper /home/keeper/.ssh
install -m 600 -o keeper /home/deploy/.ssh/authorized_keys /home/keeper/.ssh`,
  );
});
afterAll(() => lab.reset('web1'));

const playbook = `
- hosts: all
  gather_facts: false
  vars:
    hidden_token: ${canaries.hidden}
  tasks:
    - name: Write it
      copy: { dest: /root/kept, content: "key = {{ vaulted }}\\n", mode: "0600" }
    - name: Write it by a template
      template: { src: conf.j2, dest: /root/kept.conf, mode: "0600" }
    - name: Say it in many forms
      shell: |
        cat <<'END'
        {{ vaulted }} {{ vaulted | b64encode }} {{ vaulted | urlencode }} {{ vaulted | to_json }}
        END
        cat <<'END' >&2
        {{ vaulted | quote }}
        END
        sleep 0.5
      register: said
      changed_when: false
    - name: Show what was said
      debug: { var: said }
    - name: Fail with it
      fail: { msg: "cannot use {{ vaulted }}" }
      ignore_errors: true
    - name: A name with {{ vaulted }} in it
      debug: { msg: "{{ item }}" }
      loop: ["{{ vaulted }}"]
    - name: Hide it
      shell: printf %s {{ hidden_token }}; exit 3
      register: quiet
      ignore_errors: true
      no_log: "{{ hide }}"
    - name: Show what was hidden
      debug: { var: quiet.stdout }
    - name: Hide a file
      copy: { dest: /root/kept.hidden, content: "{{ hidden_token }}", mode: "0600" }
      no_log: "{{ hide }}"
    - include_vars: { file: more.yml, name: more }
    - include_role: { name: shown }
    - debug: { msg: "{{ more.included }}" }
    - name: Add a user
      user: { name: anna, password: "${canaries.hash}" }
    - name: Be seen
      command: sleep 0.5
`;

/** Everything that the run says, and what other users of the host could have seen meanwhile. */
async function runWith(secretsAreMarked: boolean) {
  const vaulted = { vaulted: canaries.vaulted };
  const file = (values: object) => {
    const text = JSON.stringify(values);
    return secretsAreMarked ? new Vault({ password: 'open' }).encryptSync(text, '') : text;
  };
  const folder = folderOf({
    'site.yml': playbook,
    'conf.j2': 'secret: {{ vaulted }}\n',
    'vars.yml': file(vaulted),
    'more.yml': file({ included: canaries.included }),
    'vault-password': 'open\n',
    'become-password': `${canaries.become}\n`,
  });
  const role = join(folder, 'roles/shown');
  for (const part of ['tasks', 'vars']) mkdirSync(join(role, part), { recursive: true });
  writeFileSync(join(role, 'vars/main.yml'), file({ in_role: canaries.role }));
  writeFileSync(join(role, 'tasks/main.yml'), '- debug: { msg: "{{ in_role }}" }\n');
  const junit = join(folder, 'report.xml');
  const sampling = lab.exec('web1', ['/bin/sh', '-c', sampler]);
  const running = startRun([
    ...['-i', lab.inventoryFile, '-l', 'web1', '-b', join(folder, 'site.yml')],
    ...['-e', 'ansible_user=keeper', '-e', `@${join(folder, 'vars.yml')}`],
    ...['-e', `{"hide": ${secretsAreMarked}}`, '-vvv', '--diff', '-o', `junit=${junit}`],
    ...['--vault-password-file', join(folder, 'vault-password')],
    ...['--become-password-file', join(folder, 'become-password')],
  ]);
  const own = readFileSync(`/proc/${running.child.pid}/cmdline`, 'utf8');
  const ended = await running.ended;
  await lab.sh('web1', 'touch /run/sampled');
  const seen = (await sampling).stdout.toString('latin1');
  const { stdout, stderr, status, events } = ended;
  const output = {
    stdout,
    stderr,
    json: JSON.stringify(events),
    junit: readFileSync(junit, 'utf8'),
  };
  return { status, output, seen: own + seen };
}

/** Command lines and environments of all processes and what anybody may read in /tmp, again and again. */
const sampler = `rm -f /run/sampled
while [ ! -e /run/sampled ]; do
  for p in /proc/[0-9]*; do [ $p = /proc/$$ ] || cat $p/cmdline $p/environ 2>/dev/null; done
  find /tmp /var/tmp /dev/shm /run/lock -type f -perm -o+r -exec cat {} + 2>/dev/null
  sleep 0.02
done`;

const forms = (secret: string): string[] => [
  secret,
  Buffer.from(secret).toString('base64').slice(0, -4),
  encodeURIComponent(secret),
  encodeURIComponent(secret).replaceAll('%2F', '/').replaceAll("'", '%27'),
  JSON.stringify(secret).slice(1, -1),
  `'${secret.replaceAll("'", `'"'"'`)}'`,
];
const found = (text: string): string[] =>
  Object.entries(canaries)
    .filter(([, secret]) => forms(secret).some((form) => text.includes(form)))
    .map(([name]) => name);

test('secrets are in no output, no command line and no foreign file; the same search finds them unmarked', async () => {
  const { status, output, seen } = await runWith(true);
  expect(status, output.stdout).toBe(0);
  for (const [where, text] of Object.entries(output)) {
    expect(found(text), where).toEqual([]);
    expect(text, where).not.toContain('canary');
  }
  expect(output.stdout).toContain('cannot use ********');
  expect(found(seen)).toEqual([]);
  expect(seen).toContain('sleep');
  const files = await lab.sh(
    'web1',
    `grep -rlaE 'canary' / --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev --exclude-dir=apt 2>/dev/null | sort`,
  );
  expect(files.split('\n').filter(Boolean)).toEqual([
    '/etc/shadow',
    '/root/kept',
    '/root/kept.conf',
    '/root/kept.hidden',
  ]);

  await lab.sh('web1', 'userdel -r anna; rm -f /root/kept*');
  const bare = await runWith(false);
  expect(bare.status, bare.output.stdout).toBe(0);
  expect(found(bare.output.stdout)).toEqual(expect.arrayContaining(['vaulted', 'hidden']));
  expect(found(bare.output.json)).toEqual(expect.arrayContaining(['vaulted', 'hidden']));
  expect(found(bare.output.junit)).not.toEqual([]);
});
