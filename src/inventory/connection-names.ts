import { nearestName, type Problem, type SourcePosition } from '../errors.ts';
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
  'ansible_ssh_args',
  'ansible_ssh_common_args',
  'ansible_ssh_extra_args',
  'ansible_ssh_executable',
  'ansible_ssh_pipelining',
  'ansible_ssh_timeout',
  'ansible_ssh_retries',
  'ansible_ssh_transfer_method',
  'ansible_ssh_use_tty',
  'ansible_ssh_control_path',
  'ansible_control_path',
  'ansible_control_path_dir',
  'ansible_sftp_executable',
  'ansible_scp_executable',
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
  'ansible_async_dir',
  'ansible_group_priority',
];

/** Adds warnings for inventory variables that look like a misspelled connection variable. */
export function warnAboutNames(inventory: Inventory): void {
  for (const { name, vars, at } of inventory.groups.values()) {
    inventory.warnings.push(...misspelledNames(vars, `group '${name}'`, at));
  }
  for (const { name, vars, at } of inventory.hosts.values()) {
    inventory.warnings.push(...misspelledNames(vars, `host '${name}'`, at));
  }
}

/** A warning for each `ansible_*` name that is close to a connection variable but is none. */
export function misspelledNames(vars: Mapping, owner: string, at?: SourcePosition): Problem[] {
  return [...vars.keys()].flatMap((key): Problem[] => {
    if (typeof key !== 'string' || !key.startsWith(prefix) || known.has(key)) return [];
    const nearest = nearestConnectionVariable(key);
    if (!nearest) return [];
    const place = positionOfKey(vars, key) ?? at;
    const message = `variable '${key}' of ${owner} is not a connection variable`;
    return [{ code: 'inventory-invalid', message, nearest, ...(place && { at: place }) }];
  });
}

/** The connection variable that a misspelled `ansible_…` name is close to, by what follows the prefix. */
export function nearestConnectionVariable(name: string): string | undefined {
  const suffixes = connectionVariables.map((variable) => variable.slice(prefix.length));
  const nearest = nearestName(name.slice(prefix.length), suffixes);
  return nearest === undefined ? undefined : prefix + nearest;
}

const prefix = 'ansible_';
const known = new Set(connectionVariables);
