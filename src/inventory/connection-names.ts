import { nearestName } from '../errors.ts';
import type { Mapping } from '../values.ts';
import { positionOfKey } from '../yaml/positions.ts';
import type { Inventory } from './inventory.ts';

/** Variables that steer how a host is reached. */
export const connectionVariables: readonly string[] = [
  'ansible_connection',
  'ansible_host',
  'ansible_port',
  'ansible_user',
  'ansible_password',
  'ansible_ssh_host',
  'ansible_ssh_port',
  'ansible_ssh_user',
  'ansible_ssh_pass',
  'ansible_ssh_password',
  'ansible_ssh_private_key_file',
  'ansible_ssh_private_key_passphrase',
  'ansible_private_key_file',
  'ansible_ssh_common_args',
  'ansible_ssh_extra_args',
  'ansible_ssh_executable',
  'ansible_ssh_pipelining',
  'ansible_ssh_timeout',
  'ansible_ssh_retries',
  'ansible_ssh_transfer_method',
  'ansible_sftp_extra_args',
  'ansible_scp_extra_args',
  'ansible_pipelining',
  'ansible_timeout',
  'ansible_host_key_checking',
  'ansible_ssh_host_key_checking',
  'ansible_become',
  'ansible_become_user',
  'ansible_become_method',
  'ansible_become_password',
  'ansible_become_pass',
  'ansible_become_flags',
  'ansible_become_exe',
  'ansible_sudo_pass',
  'ansible_shell_type',
  'ansible_shell_executable',
  'ansible_python_interpreter',
  'ansible_remote_tmp',
  'ansible_group_priority',
];

/** Warns of `ansible_*` variables in the inventory that look like a misspelled connection variable. */
export function warnAboutNames(inventory: Inventory): void {
  const known = new Set(connectionVariables);
  const check = (vars: Mapping, owner: string, at: Inventory['warnings'][number]['at']): void => {
    for (const key of vars.keys()) {
      if (typeof key !== 'string' || !key.startsWith('ansible_') || known.has(key)) continue;
      const nearest = nearestConnectionVariable(key);
      const place = positionOfKey(vars, key) ?? at;
      if (!nearest) continue;
      inventory.warnings.push({
        code: 'inventory-invalid',
        message: `variable '${key}' of ${owner} is not a connection variable`,
        nearest,
        ...(place && { at: place }),
      });
    }
  };
  for (const group of inventory.groups.values())
    check(group.vars, `group '${group.name}'`, group.at);
  for (const host of inventory.hosts.values()) check(host.vars, `host '${host.name}'`, host.at);
}

/** The connection variable that a misspelled `ansible_…` name is close to, by what follows the prefix. */
export function nearestConnectionVariable(name: string): string | undefined {
  const suffixes = connectionVariables.map((variable) => variable.slice(prefix.length));
  const nearest = nearestName(name.slice(prefix.length), suffixes);
  return nearest === undefined ? undefined : prefix + nearest;
}

const prefix = 'ansible_';
