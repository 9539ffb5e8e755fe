import { inventoryFolders } from '../inventory/load.ts';
import { VarsBeside } from '../inventory/vars-files.ts';
import type { Value } from '../values.ts';
import { inventoryLayers, layersFor } from '../variables/layers.ts';
import { VariableScope } from '../variables/scope.ts';
import type { Sources } from './sources.ts';

/** Of a host: the connection and lab variables, evaluated. Other variables may need a run to have a value. */
export function evaluatedVariables({
  inventory,
  vault,
  extraVars,
}: Sources): (host: string) => ReadonlyMap<string, Value> {
  const decrypt = vault.decrypt.bind(vault);
  const files = {
    inventory: new VarsBeside(inventoryFolders(inventory.sources), decrypt),
    playbook: new VarsBeside([], decrypt),
  };
  return (host) => {
    const magic = new Map<Value, Value>([
      ['inventory_hostname', host],
      ['inventory_hostname_short', host.split('.')[0]!],
      ['group_names', inventory.groupNamesOf(host)],
    ]);
    const layers = layersFor({
      inventory: inventoryLayers(inventory, host, files),
      extraVars,
      magic,
    });
    const scope = new VariableScope(layers, {
      surroundings: () => ({}),
      decrypt,
    });
    const values = wanted.map((name) => [name, scope.get(name)] as const);
    return new Map(values.filter((pair): pair is [string, Value] => pair[1] !== undefined));
  };
}

const wanted = [
  'ansible_host',
  'ansible_user',
  'ansible_ssh_private_key_file',
  'lab_suite',
  'lab_packages',
  'lab_users',
  'lab_subnet',
];
