import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { attempting, run } from './commands.ts';
import type { Lab, LabHost, LabUser } from './contract.ts';
import { hostnameOf } from './paths.ts';
import { gatewayOf, prefixLength } from './subnet.ts';

/** The keys that a host gets. */
export interface HostKeys {
  /** Files of the host's own ssh key pair. */
  readonly hostKeyFile: string;
  /** Public key that may log in. */
  readonly authorized: string;
}

/** Writes into a mounted root filesystem what makes it this host and no other. */
export async function writeHostFiles(
  root: string,
  lab: Lab,
  host: LabHost,
  keys: HostKeys,
): Promise<void> {
  const put = async (path: string, text: string, mode = 0o644): Promise<void> => {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await rm(file, { force: true });
    await writeFile(file, text);
    await chmod(file, mode);
  };
  await put('etc/hostname', `${hostnameOf(host.name)}\n`);
  await put('etc/machine-id', `${randomBytes(16).toString('hex')}\n`, 0o444);
  await put('etc/hosts', hostsFile(lab, host, await readFile('/etc/hosts', 'utf8')));
  await put('etc/resolv.conf', await resolverFile());
  await put('etc/systemd/network/10-host0.network', networkFile(lab, host));
  const hostKey = await readFile(keys.hostKeyFile, 'utf8');
  await put('etc/ssh/ssh_host_ed25519_key', hostKey, 0o600);
  await put('etc/ssh/ssh_host_ed25519_key.pub', await readFile(`${keys.hostKeyFile}.pub`, 'utf8'));
  await attempting(`making the users of ${host.name}`, async () => {
    await run({ input: usersScript(host.users, keys.authorized) })`chroot ${root} /bin/sh -s`;
  });
}

/** `/etc/hosts` of a host: itself, the other hosts of the lab, and what this machine's file adds. */
export function hostsFile(lab: Lab, host: LabHost, machineHosts: string): string {
  const own = hostnameOf(host.name);
  const others = machineHosts.split('\n').filter((line) => {
    const address = line.trim().split(/\s+/)[0] ?? '';
    return address !== '' && !/^(#|127\.|::1$|fe00:|ff0|0\.0\.0\.0$)/.test(address);
  });
  return [
    '127.0.0.1 localhost',
    '::1 localhost ip6-localhost ip6-loopback',
    `127.0.1.1 ${own}`,
    ...lab.hosts
      .filter((other) => other.name !== host.name)
      .map((other) => `${other.address} ${hostnameOf(other.name)}`),
    ...others,
    '',
  ].join('\n');
}

/**
 * The script that makes users who log in with `authorizedKey`. Passwords are in the text, so it goes
 * to a shell's stdin.
 */
export function usersScript(users: readonly LabUser[], authorizedKey: string): string {
  const authorize = (name: string, home: string): string => `
install -d -m 700 -o ${name} -g ${name} ${home}/.ssh
printf '%s\\n' ${quoted(authorizedKey)} >${home}/.ssh/authorized_keys
chmod 600 ${home}/.ssh/authorized_keys
chown ${name}:${name} ${home}/.ssh/authorized_keys`;
  return ['set -e', authorize('root', '/root'), ...users.map(userScript), 'exit 0\n'].join('\n');

  function userScript(user: LabUser): string {
    const lines = [
      `id -u ${user.name} >/dev/null 2>&1 || useradd -m -s ${quoted(user.shell ?? '/bin/bash')} ${user.name} 2>/dev/null`,
      authorize(user.name, `/home/${user.name}`),
    ];
    if (user.password !== undefined) {
      lines.push(`printf '%s\\n' ${quoted(`${user.name}:${user.password}`)} | chpasswd`);
    }
    if (user.sudo !== 'none') {
      const tag = user.sudo === 'nopasswd' ? 'NOPASSWD: ' : '';
      lines.push(
        `echo '${user.name} ALL=(ALL:ALL) ${tag}ALL' >/etc/sudoers.d/${user.name}`,
        `chmod 440 /etc/sudoers.d/${user.name}`,
      );
    }
    return lines.join('\n');
  }
}

function networkFile(lab: Lab, host: LabHost): string {
  return `[Match]
Name=host0

[Network]
Address=${host.address}/${prefixLength(lab.subnet)}
Gateway=${gatewayOf(lab.subnet)}
LinkLocalAddressing=no
IPv6AcceptRA=no
`;
}

/** A resolver on this machine's loopback is out of a host's reach; systemd-resolved knows the real ones. */
async function resolverFile(): Promise<string> {
  const own = await readFile('/etc/resolv.conf', 'utf8').catch(() => '');
  if (!/^nameserver\s+(127\.|::1)/m.test(own)) return own;
  return await readFile('/run/systemd/resolve/resolv.conf', 'utf8').catch(() => own);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
