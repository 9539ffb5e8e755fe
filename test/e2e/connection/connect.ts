import { connectTo } from '../../../src/connection/connect.ts';
import type { Command, Connection, Target } from '../../../src/connection/connection.ts';
import { rawSh } from '../../../src/shell/sh.ts';
import type { TestLab } from '../support/lab.ts';

/** A target on a lab host, as root unless a part says otherwise. */
export function targetOn(lab: TestLab, host: string, parts: Partial<Target> = {}): Target {
  return {
    host,
    driver: 'ssh',
    address: lab.host(host).address,
    user: 'root',
    privateKeyFile: lab.keyFile,
    sshArgs: ['-o', 'IdentityAgent=none', '-o', 'IdentitiesOnly=yes'],
    hostKeyChecking: 'strict',
    knownHostsFiles: [lab.knownHosts],
    connectTimeoutMs: 10_000,
    ...parts,
  };
}

export function connect(
  lab: TestLab,
  host: string,
  parts: Partial<Target> = {},
): Promise<Connection> {
  return connectTo(targetOn(lab, host, parts), new AbortController().signal);
}

/** The stdout of a script that succeeds. */
export async function stdoutOf(
  connection: Connection,
  script: string,
  options: Omit<Command, 'script'> = {},
): Promise<string> {
  const { status, stdout, stderr } = await connection.run({ script: rawSh(script), ...options });
  if (status !== 0) throw new Error(`exit status ${status}: ${stderr}`);
  return stdout.toString();
}
