import type { SshAccess, SshTarget } from './floor.ts';

export interface NamedTarget extends SshTarget {
  readonly name: string;
}

/** An inventory that rolecall and Ansible read. */
export function inventoryText(access: SshAccess, targets: readonly NamedTarget[]): string {
  const lines = targets.map(({ name, address, port }) =>
    [name, `ansible_host=${address}`, ...(port ? [`ansible_port=${port}`] : [])].join(' '),
  );
  return `[all]
${lines.join('\n')}

[all:vars]
ansible_user=${access.user}
ansible_ssh_private_key_file=${access.keyFile}
ansible_ssh_common_args='-o UserKnownHostsFile=${access.knownHosts} -o StrictHostKeyChecking=yes'
ansible_python_interpreter=/usr/bin/python3
`;
}
