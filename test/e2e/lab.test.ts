import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { sshOptions } from '../../src/lab/ssh.ts';
import { type TestLab, useLab } from './support/lab.ts';

const execute = promisify(execFile);

describe('a lab', () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await useLab();
  });

  async function ssh(host: string, command: string): Promise<string> {
    const options = sshOptions(lab.lab.name, lab.host(host));
    const target = `deploy@${lab.host(host).address}`;
    return (await execute('ssh', [...options, target, command])).stdout.trim();
  }

  test('hosts are machines of their own, with strict host keys and sudo', async () => {
    for (const host of lab.hosts) {
      expect(await ssh(host.name, 'hostname; sudo id -un')).toBe(`${host.name}\nroot`);
    }
    const ids = await Promise.all(
      lab.hosts.map((host) => lab.sh(host.name, 'cat /etc/machine-id')),
    );
    expect(new Set(ids).size).toBe(lab.hosts.length);
  });

  test('users have the sudo rights that the inventory gives them', async () => {
    expect(await lab.sh('web1', 'sudo -l -U plain')).toContain('not allowed');
    expect(await lab.sh('web1', 'sudo -l -U asker')).toMatch(/\(ALL : ALL\) ALL/);
    expect(await lab.sh('web1', 'sudo -l -U deploy')).toContain('NOPASSWD: ALL');
    const attempt = await lab.exec('web1', ['su', 'asker', '-c', 'sudo -S id -un'], 'secret\n');
    expect(attempt.stdout.toString().trim()).toBe('root');
  });

  test('a host has no Python and no failed unit', async () => {
    expect(await lab.sh('web1', 'command -v python3 || echo none')).toBe('none\n');
    expect(await lab.sh('web1', 'systemctl --failed --no-legend')).toBe('');
  });

  test('the hash of the tree shows each kind of change, and nothing when nothing changed', async () => {
    const before = await lab.hashTree('web1');
    expect(before.size).toBeGreaterThan(5000);
    expect(lab.differences(before, await lab.hashTree('web1'))).toEqual([]);
    await lab.sh('web1', 'echo x >"/root/new name"; chmod 600 /etc/hostname; rm /etc/issue');
    const paths = lab.differences(before, await lab.hashTree('web1'));
    expect(paths.map((line) => line.split(':')[0])).toEqual([
      '~ /etc/hostname',
      '- /etc/issue',
      '+ /root/new name',
    ]);
  });

  test('a reset gives a fresh disk and keeps address and host key', async () => {
    await lab.sh('web1', 'touch /root/mark');
    await lab.reset('web1');
    expect(await lab.sh('web1', 'ls -A /root')).not.toContain('mark');
    expect(await ssh('web1', 'hostname')).toBe('web1');
  });

  test('a host that lets nobody in is made anew by the next up', async () => {
    await lab.sh('web2', 'rm /home/deploy/.ssh/authorized_keys; touch /root/mark');
    await lab.sh('web1', 'touch /root/mark');
    await useLab();
    expect(await ssh('web2', 'sudo ls -A /root')).not.toContain('mark');
    expect(await lab.sh('web1', 'ls -A /root; rm /root/mark')).toContain('mark');
  });

  test('pulling the plug keeps the disk; a reboot from inside comes back', async () => {
    await lab.sh('web2', 'touch /root/mark');
    await lab.powerOff('web2');
    await expect(lab.sh('web2', 'true')).rejects.toThrow('not running');
    await lab.boot('web2');
    expect(await lab.sh('web2', 'ls /root/mark')).toBe('/root/mark\n');
    const bootId = 'cat /proc/sys/kernel/random/boot_id';
    const before = await ssh('web2', bootId);
    await ssh('web2', 'sudo systemctl reboot').catch(() => {});
    await expect
      .poll(() => ssh('web2', bootId).catch(() => before), { timeout: 20_000, interval: 800 })
      .not.toBe(before);
  });

  test('apt installs from the same archives as the machine', async () => {
    await lab.sh('app1', 'apt-get update && apt-get install -y nginx-light');
    expect(await lab.sh('app1', 'systemctl is-active nginx')).toBe('active\n');
    await lab.reset('app1');
  });
});
