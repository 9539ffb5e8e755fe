import { expect, test } from 'vitest';
import { type ConnectionDefaults, targetOf } from '../../src/engine/target.ts';

const defaults: ConnectionDefaults = {
  user: 'fallback',
  sshArgs: ['-C'],
  hostKeyChecking: 'strict',
  timeoutSeconds: 10,
  become: false,
  becomeMethod: 'sudo',
  becomeUser: 'root',
};

const variables: Readonly<Record<string, string>> = {
  ansible_host: '192.0.2.7',
  ansible_port: '2222',
  ansible_user: 'deploy',
  ansible_ssh_private_key_file: '~/.ssh/site',
  ansible_ssh_private_key_passphrase: 'open sesame',
  ansible_ssh_common_args: "-o ProxyJump=gate -o 'UserKnownHostsFile=/a b'",
  ansible_host_key_checking: 'accept-new',
};

test('variables win over the command line and say how a host is reached', () => {
  const target = targetOf('web1', (name) => variables[name], {} as never, defaults);
  expect(target).toMatchObject({
    host: 'web1',
    driver: 'ssh',
    address: '192.0.2.7',
    port: 2222,
    user: 'deploy',
    privateKeyFile: '~/.ssh/site',
    passphrase: 'open sesame',
    sshArgs: ['-C', '-o', 'ProxyJump=gate', '-o', 'UserKnownHostsFile=/a b'],
    hostKeyChecking: 'accept-new',
    connectTimeoutMs: 10_000,
  });
});

test('without variables: the name, and what the command line says', () => {
  const target = targetOf('web1', () => undefined, {} as never, defaults);
  expect(target).toMatchObject({ address: 'web1', user: 'fallback', hostKeyChecking: 'strict' });
  expect(target.passphrase).toBeUndefined();
});
