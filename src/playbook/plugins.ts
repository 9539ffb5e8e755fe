import { join } from 'node:path';
import type { SourcePosition } from '../errors.ts';
import type { Loading } from './loading.ts';

/** Folders in which Ansible looks for Python beside a playbook or in a role. */
const pluginFolders = [
  'action_plugins',
  'become_plugins',
  'cache_plugins',
  'callback_plugins',
  'cliconf_plugins',
  'connection_plugins',
  'filter_plugins',
  'httpapi_plugins',
  'inventory_plugins',
  'library',
  'lookup_plugins',
  'module_utils',
  'netconf_plugins',
  'shell_plugins',
  'strategy_plugins',
  'terminal_plugins',
  'test_plugins',
  'vars_plugins',
];

/** Reports every Python plugin or module in the folders of a role or beside a playbook. */
export function reportPlugins(loading: Loading, folder: string, at: SourcePosition): void {
  for (const name of pluginFolders) {
    for (const path of pluginFiles(loading, join(folder, name))) {
      loading.report({
        code: 'unsupported-plugin',
        message: `${path} is a plugin, and rolecall runs no Python`,
        at,
      });
    }
  }
}

function pluginFiles(loading: Loading, folder: string, depth = 0): string[] {
  const { files } = loading;
  if (depth > 4 || files.kind(folder) !== 'folder') return [];
  return files.list(folder).flatMap((name) => {
    const path = join(folder, name);
    if (files.kind(path) === 'folder') return pluginFiles(loading, path, depth + 1);
    return /\.(py|ps1|sh)$/.test(name) && name !== '__init__.py' ? [path] : [];
  });
}
