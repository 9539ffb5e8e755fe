import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Lab } from '../../src/lab/contract.ts';
import { hostsFile, usersScript } from '../../src/lab/host-files.ts';

const host = {
  ...{ groups: [], user: 'root', suite: 'trixie', packages: [], users: [], keyFile: '/k' },
};
const lab: Lab = {
  name: 'demo',
  subnet: '10.77.0.0/24',
  hosts: [
    { ...host, name: 'web_1', address: '10.77.0.11' },
    { ...host, name: 'db', address: '10.77.0.12' },
  ],
};

describe('/etc/hosts of a host', () => {
  test('names itself, its neighbours and what the machine knows beyond itself', () => {
    const machine = '127.0.0.1 localhost\n# note\n::1 ip6-localhost\n192.0.2.7 archive.example\n';
    expect(hostsFile(lab, lab.hosts[0]!, machine)).toBe(`127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
127.0.1.1 web-1
10.77.0.12 db
192.0.2.7 archive.example
`);
  });
});

describe('the script that makes users', () => {
  const nasty = `it's "$(id)" \\ \`x\``;
  const script = usersScript(
    [
      { name: 'deploy', sudo: 'nopasswd' },
      { name: 'asker', sudo: 'password', password: nasty, shell: '/usr/bin/fish' },
      { name: 'plain', sudo: 'none' },
    ],
    'ssh-ed25519 AAAA me',
  );

  test('is valid sh', () => {
    expect(() => execFileSync('sh', ['-n'], { input: script })).not.toThrow();
  });
  test('passes a password byte for byte', () => {
    const line = script.split('\n').find((candidate) => candidate.includes('| chpasswd'))!;
    const shown = execFileSync('sh', ['-c', line.replace('chpasswd', 'cat')]).toString();
    expect(shown).toBe(`asker:${nasty}\n`);
  });
  test('gives each the sudo right described', () => {
    const rules = script.split('\n').filter((line) => line.includes('/etc/sudoers.d/'));
    expect(rules.filter((line) => line.startsWith('echo'))).toEqual([
      "echo 'deploy ALL=(ALL:ALL) NOPASSWD: ALL' >/etc/sudoers.d/deploy",
      "echo 'asker ALL=(ALL:ALL) ALL' >/etc/sudoers.d/asker",
    ]);
  });
});
