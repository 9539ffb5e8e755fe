import { readFile } from 'node:fs/promises';
import type { SourcePosition } from '../errors.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { inventoryFolders } from '../inventory/load.ts';
import { loadVarsFile, VarsBeside } from '../inventory/vars-files.ts';
import type { Environment, Scope } from '../jinja/environment.ts';
import type { PlaybookContext } from '../playbook/context.ts';
import { loadRole, loadTasksFile } from '../playbook/include.ts';
import type { RunOptions, RunServices } from './context.ts';
import type { HostRun } from './host-run.ts';
import type { Loader } from './loader.ts';
import { Run } from './run-state.ts';
import type { Place } from './search.ts';
import { Variables } from './variables.ts';

/** Everything that a run rests on. */
export interface RunSetup {
  readonly inventory: Inventory;
  readonly options: RunOptions;
  readonly services: RunServices;
  /** How the playbooks were read: includes are read the same way. */
  readonly playbooks: PlaybookContext;
  decrypt(ciphertext: string, at: SourcePosition): string;
  /** The lookups of templates that stand in a place. */
  lookups(place: Place, scope: Scope, speculative: boolean): Environment['lookup'];
}

/** A run with its hosts, variables and loader, nothing of it begun. */
export function createRun(setup: RunSetup): Run {
  const { inventory, options, services } = setup;
  const decrypt = setup.decrypt.bind(setup);
  const hosts = new Map<string, HostRun>();
  const beside = new Map<string, VarsBeside>();
  const variables = new Variables({
    inventory,
    options,
    inventoryFiles: new VarsBeside(inventoryFolders(inventory.sources), decrypt),
    playbookFiles: (folder) => {
      let files = beside.get(folder);
      if (!files) {
        files = new VarsBeside([folder], decrypt);
        beside.set(folder, files);
      }
      return files;
    },
    hostRun: (name) => hosts.get(name),
    decrypt,
    onSecret: (value) => services.redactor.add(value),
    lookups: (place, scope, speculative) => setup.lookups(place, scope, speculative),
  });
  return new Run({ inventory, options, services }, hosts, variables, loaderOf(setup));
}

function loaderOf({ playbooks, decrypt, services }: RunSetup): Loader {
  return {
    tasks: (file, place, apply) => loadTasksFile(file, place, playbooks, apply),
    role: (args, place) => loadRole(args, place, playbooks),
    vars: (file) => loadVarsFile(file, decrypt).values,
    bytes: async (file) => {
      const bytes = await readFile(file);
      if (!bytes.subarray(0, vaultHeader.length).equals(vaultHeader)) return bytes;
      const text = decrypt(bytes.toString('utf8'), { file, line: 1, column: 1 });
      services.redactor.add(text.trimEnd());
      return Buffer.from(text);
    },
  };
}

const vaultHeader = Buffer.from('$ANSIBLE_VAULT;');
