import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestLab, useLab } from '../support/lab.ts';
import { type Ended, folderOf, type Running, startRun } from '../support/rolecall.ts';

let lab: TestLab;

beforeAll(async () => {
  lab = await useLab();
  await lab.reset('web1');
});
beforeEach(() => lab.sh('web1', 'rm -rf /root/* /run/slow /run/go'));
afterAll(() => lab.reset('web1'));

const start = (playbook: string, ...words: string[]): Running => {
  const site = join(folderOf({ 'site.yml': playbook }), 'site.yml');
  return startRun(['-i', lab.inventoryFile, '-l', 'web1', '-b', site, ...words]);
};
const run = (playbook: string, ...words: string[]): Promise<Ended> =>
  start(playbook, ...words).ended;
const until = (path: string) => lab.sh('web1', `${bounded}until [ -e ${path} ]; do again; done`);
const bounded = 'n=400; again() { n=$((n - 1)); [ $n -gt 0 ] || exit 1; sleep 0.05; }; ';
const lock = () => lab.sh('web1', 'ls /run/lock/rolecall.lock 2>/dev/null || echo free');

/** What a killed run left running on the host may hold its lock for a moment. */
async function whenFree(again: () => Promise<Ended>): Promise<Ended> {
  for (let attempt = 0; ; attempt++) {
    const ended = await again();
    if (attempt === 20 || !JSON.stringify(ended.events).includes('host-locked')) return ended;
    await sleep(500);
  }
}

const slow = (seconds: number) => `
- hosts: all
  gather_facts: false
  tasks:
    - name: First
      copy: { dest: /root/first, content: first }
    - name: Slow
      shell: touch /run/slow; sleep ${seconds}; echo done >/root/slow
      args: { creates: /root/slow }
    - name: After
      copy: { dest: /root/after, content: after }
`;

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s stops at the edge of a task and frees the lock',
  async (signal) => {
    const running = start(slow(2));
    await until('/run/slow');
    expect(await lock()).not.toBe('free\n');
    running.child.kill(signal);
    const ended = await running.ended;
    expect(ended.tasks).toEqual({ 'web1: First': 'changed', 'web1: Slow': 'changed' });
    expect(ended.status).toBe(130);
    expect(ended.events.at(-1)).toMatchObject({ event: 'run-finished', interrupted: true });
    expect(await lock()).toBe('free\n');
    const again = await run(slow(2));
    expect(again.with('changed')).toEqual(['web1: After']);
  },
);

test('a second SIGINT stops at once', async () => {
  const running = start(slow(60));
  await until('/run/slow');
  running.child.kill('SIGINT');
  await running.until({ event: 'warning' });
  running.child.kill('SIGINT');
  const ended = await running.ended;
  expect(ended.status).toBe(130);
  expect(ended.tasks['web1: Slow']).not.toBe('changed');
  expect(ended.tasks['web1: After']).toBeUndefined();
  await lab.sh('web1', 'pkill -x sleep || :');
  const again = await whenFree(() => run(slow(0)));
  expect(again.status, again.stdout).toBe(0);
  expect(await lab.sh('web1', 'cat /root/slow /root/after')).toBe('done\nafter');
});

test('the sshd of the connection killed in mid-task: unknown, and the next run converges', async () => {
  const running = start(slow(2));
  await until('/run/slow');
  await lab.sh('web1', `pkill -9 -f '[s]shd.*deploy@notty'`);
  const ended = await running.ended;
  expect(ended.tasks).toEqual({ 'web1: First': 'changed', 'web1: Slow': 'unknown' });
  expect(ended.status).toBe(4);
  const again = await whenFree(() => run(slow(2)));
  expect(again.status, again.stdout).toBe(0);
  expect(again.tasks).toMatchObject({ 'web1: First': 'ok', 'web1: After': 'changed' });
});

test('two runs at once: the second one names the first and does nothing', async () => {
  const first = start(slow(4));
  await until('/run/slow');
  const second = await run(slow(0));
  expect(second.with('changed')).toEqual([]);
  expect(second.status).toBe(2);
  const problem = second.events.find(({ outcome }) => outcome?.problem)?.outcome?.problem;
  expect(problem).toMatchObject({ code: 'host-locked' });
  expect(problem!.message).toContain(`process ${first.child.pid}`);
  expect((await run(slow(0), '--check')).status).toBe(0);
  expect((await first.ended).status).toBe(0);
});

test('what a killed run has left running as another user keeps the next one out', async () => {
  const playbook = `
- hosts: all
  gather_facts: false
  tasks:
    - name: First
      copy: { dest: /root/first, content: first }
    - name: Slow
      shell: echo begun >>/home/plain/log; sleep 4; touch /home/plain/done
      args: { creates: /home/plain/done }
      become_user: plain
`;
  const running = start(playbook);
  await until('/home/plain/log');
  running.child.kill('SIGKILL');
  await running.ended;
  expect((await run(playbook)).stdout).toContain('another run is at work on this host');
  const next = await whenFree(() => run(playbook));
  expect(next.tasks).toEqual({ 'web1: First': 'ok', 'web1: Slow': 'ok' });
  expect(await lab.sh('web1', 'cat /home/plain/log')).toBe('begun\n');
});

test('behind a command that took too long the host is still locked', async () => {
  const running = start(`
- hosts: all
  gather_facts: false
  tasks:
    - name: Too long
      command: sleep 60
      timeout: 1
      ignore_errors: true
    - name: Slow
      shell: touch /run/slow; until [ -e /run/go ]; do sleep 0.1; done
      timeout: 60
`);
  await until('/run/slow');
  const second = await run(slow(0));
  await lab.sh('web1', 'touch /run/go');
  expect(second.stdout).toContain('another run is at work on this host');
  expect((await running.ended).status).toBe(0);
  expect(await lock()).toBe('free\n');
});

const versions = ['one', 'two'].map((word) => word.repeat(1_000_000));
const large = (version: number) => `
- hosts: all
  gather_facts: false
  tasks:
    - name: Write
      copy: { dest: "/root/{{ item }}", src: content, mode: "0640" }
      loop: [a, b, c, d]
    - name: Change
      copy: { dest: /root/version, content: "${version}" }
      notify: Count
  handlers:
    - name: Count
      shell: echo ${version} >>/root/counted
`;

test('killed at random moments: never a partial file, and the next run converges', async () => {
  const folders = versions.map((content, version) =>
    folderOf({ content, 'site.yml': large(version) }),
  );
  const startVersion = (version: number) =>
    startRun(['-i', lab.inventoryFile, '-l', 'web1', '-b', join(folders[version]!, 'site.yml')]);
  const sums = versions.map((text) => createHash('sha256').update(text).digest('hex'));
  let cut = 0;
  for (let round = 0; round < 6; round++) {
    const running = startVersion(round % 2);
    await running.until({ event: 'task-started', task: 'Write' });
    await sleep(Math.random() * 1200);
    running.child.kill('SIGKILL');
    if ((await running.ended).status === undefined) cut++;
    const found = await lab.sh(
      'web1',
      'cd /root; for f in a b c d; do [ ! -e $f ] || sha256sum $f; done',
    );
    for (const line of found.split('\n').filter(Boolean)) expect(sums).toContain(line.slice(0, 64));
  }
  expect(cut).toBeGreaterThan(0);
  const last = await whenFree(() => startVersion(0).ended);
  expect(last.status, last.stdout).toBe(0);
  const [sum] = sums;
  expect(
    await lab.sh('web1', 'cd /root; sha256sum a b c d | cut -c 1-64 | sort -u; cat version'),
  ).toBe(`${sum}\n0`);
  expect(
    (await lab.sh('web1', 'ls -A /root')).split('\n').filter((name) => /tmp|rolecall/.test(name)),
  ).toEqual([]);
});

const owing = (later: 'true' | 'false') => `
- hosts: all
  gather_facts: false
  tasks:
    - name: Change
      copy: { dest: /root/conf, content: new }
      notify: Count
    - name: Later
      command: /bin/${later}
      changed_when: false
  handlers:
    - name: Count
      shell: echo ran >>/root/counted
`;

test('a handler that a failure kept from running runs once in the next run', async () => {
  const failed = await run(owing('false'));
  expect(failed.tasks).toEqual({ 'web1: Change': 'changed', 'web1: Later': 'failed' });
  expect(failed.stdout).toContain('Count');
  const next = await run(owing('true'));
  expect(next.tasks).toEqual({
    'web1: Change': 'ok',
    'web1: Later': 'ok',
    'web1: Count': 'changed',
  });
  const third = await run(owing('true'));
  expect(third.with('changed')).toEqual([]);
  expect(await lab.sh('web1', 'cat /root/counted')).toBe('ran\n');
});

test('a handler is owed too when the run is killed between the change and its notification', async () => {
  const playbook = `
- hosts: all
  gather_facts: false
  tasks:
    - name: Change
      shell: echo new >/root/conf; sleep 2
      args: { creates: /root/conf }
      notify: Count
  handlers:
    - name: Count
      shell: echo ran >>/root/counted
`;
  const running = start(playbook);
  await until('/root/conf');
  running.child.kill('SIGKILL');
  expect((await running.ended).status).toBeUndefined();
  const next = await whenFree(() => run(playbook));
  expect(next.tasks).toEqual({ 'web1: Change': 'ok', 'web1: Count': 'changed' });
  const third = await run(playbook);
  expect(third.with('changed')).toEqual([]);
  expect(await lab.sh('web1', 'cat /root/counted')).toBe('ran\n');
});
