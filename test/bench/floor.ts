import type { Command } from './measure.ts';

/** A host as the system's ssh reaches it. */
export interface SshTarget {
  readonly address: string;
  readonly port?: number;
}

export interface SshAccess {
  readonly user: string;
  readonly keyFile: string;
  readonly knownHosts: string;
}

/**
 * Options that make ssh and scp comparable: curve25519, which rolecall uses too; the post-quantum key
 * exchange that newer clients prefer costs several times as much.
 */
export function sshOptions({ user, keyFile, knownHosts }: SshAccess): string[] {
  const options = {
    User: user,
    KexAlgorithms: 'curve25519-sha256',
    BatchMode: 'yes',
    IdentitiesOnly: 'yes',
    StrictHostKeyChecking: 'yes',
    UserKnownHostsFile: knownHosts,
    GlobalKnownHostsFile: '/dev/null',
    ControlMaster: 'no',
    LogLevel: 'ERROR',
  };
  const words = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  return ['-F', '/dev/null', '-i', keyFile, ...words];
}

/** The login alone: `ssh HOST true` on all hosts, so many at a time. */
export function loginOnly(
  access: SshAccess,
  targets: readonly SshTarget[],
  atOnce = targets.length,
): Command {
  return onAll(targets, atOnce, ['ssh', ...sshOptions(access), '-p', '{port}', '{}', 'true']);
}

/** A shell line for all hosts at once; `$h` is the host's address, `$@` are ssh's options. */
export function shellOnAll(
  access: SshAccess,
  targets: readonly SshTarget[],
  line: string,
  options = sshOptions(access),
): Command {
  const script = `h=$1; shift; ${line}`;
  return onAll(targets, targets.length, ['sh', '-c', script, 'sh', '{}', ...options]);
}

/** All targets have one port: xargs puts in the address only. */
function onAll(targets: readonly SshTarget[], atOnce: number, words: readonly string[]): Command {
  const port = String(targets[0]?.port ?? 22);
  const argv = words.map((word) => (word === '{port}' ? port : word));
  const script = 'n=$1 list=$2; shift 2; printf %s "$list" | xargs -P "$n" -I {} "$@"';
  const list = targets.map(({ address }) => `${address}\n`).join('');
  return { argv: ['sh', '-c', script, 'sh', String(atOnce), list, ...argv] };
}
