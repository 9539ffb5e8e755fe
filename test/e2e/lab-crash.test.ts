import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labDown, labStatus, labUp } from '../../src/lab/lab.ts';
import { bridgeName, dataDir, nftTableName, stateDir } from '../../src/lab/paths.ts';
import { describeLab } from './support/describe-lab.ts';

const execute = promisify(execFile);
const name = `${process.env.ROLECALL_LAB_NAME ?? 'e2e'}-crash`;
const hosts = ['one', 'two', 'three'];
const lab = describeLab(
  name,
  hosts.map((host) => ({ name: host, packages: [] })),
);

/** Everything on this machine that has to do with the lab. */
async function traces(): Promise<string[]> {
  const machines = `${name.slice(0, 5)}-`;
  const script = `
    ls -d ${stateDir(name)} ${dataDir(name)} /run/lock/rolecall-lab-${name}.lock
    ls -d /run/systemd/nspawn/propagate/${machines}*
    ls -d /sys/fs/cgroup/*/rolecall-lab-${machines}* /sys/fs/cgroup/rolecall-lab-${machines}*
    ip -o link show | grep -e '${bridgeName(name)}' -e 'vb-${machines}'
    nft list tables | grep ${nftTableName(name)}
    grep -F ${stateDir(name)}/ /proc/self/mountinfo
    ps -eo pid,stat,args | grep -F ${stateDir(name)}/ | grep -v -e grep -e ' Z'
    true`;
  const { stdout } = await execute('sh', ['-c', `exec 2>/dev/null; ${script}`]);
  return stdout.split('\n').filter(Boolean);
}

function start(verb: string): ChildProcess {
  const script = join(import.meta.dirname, 'support/lab-process.ts');
  return spawn(process.execPath, [script, verb, name, ...hosts], { stdio: 'ignore' });
}

async function killAfter(verb: string, milliseconds: number): Promise<void> {
  const child = start(verb);
  await Promise.race([sleep(milliseconds), once(child, 'exit')]);
  if (child.exitCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

describe('a lab whose process is killed in the middle', () => {
  let forwarding: string;
  beforeAll(async () => {
    await labUp(lab); // the base is cached from here on
    await labDown(name);
    forwarding = await readFile('/proc/sys/net/ipv4/ip_forward', 'utf8');
  });
  afterAll(() => labDown(name));

  // From before the first file to after the last login: up takes about two seconds.
  const moments = [150, 450, 600, 800, 1100, 1600];

  test.each(moments)('of up, after %i ms: down leaves no trace', async (moment) => {
    await killAfter('up', moment);
    await labDown(name);
    expect(await traces()).toEqual([]);
    expect(await readFile('/proc/sys/net/ipv4/ip_forward', 'utf8')).toBe(forwarding);
  });

  test.each(moments)('of up, after %i ms: up makes it whole', async (moment) => {
    await killAfter('up', moment);
    await labUp(lab);
    const status = await labStatus(lab);
    expect(status.map((host) => [host.name, host.state, host.ssh])).toEqual(
      hosts.map((host) => [host, 'running', true]),
    );
    await labDown(name);
    expect(await traces()).toEqual([]);
  });

  test.each([150, 300])('of down, after %i ms: down again finishes', async (moment) => {
    await labUp(lab);
    await killAfter('down', moment);
    await labDown(name);
    expect(await traces()).toEqual([]);
  });

  test('two ups at once do not get in each other’s way', async () => {
    const both = [start('up'), start('up')];
    const codes = await Promise.all(both.map(async (child) => (await once(child, 'exit'))[0]));
    expect(codes).toEqual([0, 0]);
    expect((await labStatus(lab)).every((host) => host.ssh)).toBe(true);
    expect((await traces()).length).toBeGreaterThan(5);
  });
});
