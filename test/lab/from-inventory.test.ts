import { describe, expect, test } from 'vitest';
import type { RolecallError } from '../../src/errors.ts';
import { labFromInventory } from '../../src/lab/from-inventory.ts';
import { fromPlain, type Value } from '../../src/values.ts';

function lab(hosts: Record<string, Record<string, unknown>>, name = 'demo') {
  return labFromInventory({
    name,
    hosts: Object.entries(hosts).map(([host, vars]) => ({
      name: host,
      groups: ['all'],
      vars: new Map<string, Value>(Object.entries(vars).map(([k, v]) => [k, fromPlain(v)])),
    })),
  });
}

function problems(hosts: Record<string, Record<string, unknown>>, name?: string): string[] {
  try {
    lab(hosts, name);
    return [];
  } catch (error) {
    return (error as RolecallError).problems.map((problem) => problem.message);
  }
}

describe('labFromInventory', () => {
  test('has defaults for everything but the address', () => {
    expect(lab({ web1: { ansible_host: '10.77.0.11' } })).toEqual({
      name: 'demo',
      subnet: '10.77.0.0/24',
      hosts: [
        {
          name: 'web1',
          groups: ['all'],
          address: '10.77.0.11',
          user: 'root',
          suite: 'trixie',
          packages: [],
          users: [{ name: 'deploy', sudo: 'nopasswd' }],
          keyFile: '/run/rolecall-lab/demo/key',
        },
      ],
    });
  });

  test('takes suite, packages, users, subnet and key from the variables', () => {
    const vars = {
      ansible_host: '10.77.4.2',
      ansible_user: 'ops',
      ansible_ssh_private_key_file: '/root/key',
      lab_suite: 'sid',
      lab_packages: ['mysql-server'],
      lab_subnet: '10.77.4.0/22',
      lab_users: ['deploy', { name: 'asker', sudo: 'password', password: 7, shell: '/bin/sh' }],
    };
    expect(lab({ db: vars })).toMatchObject({
      subnet: '10.77.4.0/22',
      hosts: [
        {
          user: 'ops',
          suite: 'sid',
          packages: ['mysql-server'],
          keyFile: '/root/key',
          users: [
            { name: 'deploy', sudo: 'nopasswd' },
            { name: 'asker', sudo: 'password', password: '7', shell: '/bin/sh' },
            { name: 'ops', sudo: 'nopasswd' },
          ],
        },
      ],
    });
  });

  const address = { ansible_host: '10.77.0.11' };
  test.each([
    ['no hosts', {}, "lab 'demo' has no hosts"],
    ['no address', { a: {} }, 'ansible_host of a is not set'],
    ['a name for an address', { a: { ansible_host: 'web' } }, "ansible_host of a is 'web'"],
    ['a number too big', { a: { ansible_host: '10.0.0.256' } }, "of a is '10.0.0.256'"],
    ['the same address twice', { a: address, b: address }, 'b and a have the same address'],
    ['two subnets', { a: address, b: { ansible_host: '10.78.0.2' } }, "not in the lab's subnet"],
    ['the machine’s address', { a: { ansible_host: '10.77.0.1' } }, 'of the machine itself'],
    ['a subnet that is none', { a: { ...address, lab_subnet: '10.77.0.7/24' } }, 'lab_subnet is'],
    ['a package list that is text', { a: { ...address, lab_packages: 'x' } }, "is 'x'"],
    ['an option for a package', { a: { ...address, lab_packages: ['-x'] } }, "is ['-x']"],
    ['a suite with a slash', { a: { ...address, lab_suite: '../x' } }, "is '../x'"],
    ['a user with a bad name', { a: { ...address, lab_users: ['a;b'] } }, "the name 'a;b'"],
    ['a user key', { a: { ...address, lab_users: [{ name: 'x', sodu: 1 }] } }, "the key 'sodu'"],
    [
      'sudo without its password',
      { a: { ...address, lab_users: [{ name: 'x', sudo: 'password' }] } },
      'but no password',
    ],
    [
      'an unknown sudo',
      { a: { ...address, lab_users: [{ name: 'x', sudo: 'yes' }] } },
      "sudo of user x is 'yes'",
    ],
  ])('refuses %s', (_, hosts, message) => {
    expect(problems(hosts as Record<string, Record<string, unknown>>).join('\n')).toContain(
      message,
    );
  });

  test('refuses a name that cannot be part of others, and names every problem at once', () => {
    expect(problems({ a: {}, b: { lab_suite: 4 } }, '../demo')).toEqual([
      "'../demo' cannot be the name of a lab",
      'ansible_host of a is not set',
      'ansible_host of b is not set',
      'lab_suite of b is 4',
    ]);
  });
});
