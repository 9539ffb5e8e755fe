import type { Inventory } from '../inventory/inventory.ts';
import { inventoryFolders, loadInventory } from '../inventory/load.ts';
import { VarsBeside } from '../inventory/vars-files.ts';
import type { Mapping } from '../values.ts';
import { parseExtraVars } from '../variables/extra-vars.ts';
import { flattenLayers } from '../variables/layer.ts';
import { inventoryLayers } from '../variables/layers.ts';
import { VaultSecrets } from '../variables/vault.ts';
import { readVaultPasswords } from '../variables/vault-passwords.ts';
import { type InventoryOptions, inventorySources } from './inventory-options.ts';
import { prompt } from './prompt.ts';

/** What the options about inventory and variables stand for, read. */
export interface Sources {
  readonly inventory: Inventory;
  readonly vault: VaultSecrets;
  readonly extraVars: Mapping;
}

/** Reads them; executable inventory sources run only where `allowScripts` says so. */
export async function readSources(
  options: InventoryOptions,
  allowScripts: boolean,
): Promise<Sources> {
  const vault = await openVault(options);
  const decrypt = vault.decrypt.bind(vault);
  const extraVars = parseExtraVars(options.extraVars ?? [], decrypt);
  const sources = inventorySources(options.inventory);
  const inventory = loadInventory(sources, { allowScripts, decrypt });
  return { inventory, vault, extraVars };
}

/** The passwords that the options name, asked for where they say so. */
export async function openVault(options: InventoryOptions): Promise<VaultSecrets> {
  const ids = [
    ...(options.vaultPasswordFile ?? []),
    ...(options.vaultId ?? []),
    ...(options.askVaultPassword ? ['prompt'] : []),
    ...environmentFile(options),
  ];
  return new VaultSecrets(await readVaultPasswords(ids, (question) => prompt(question, true)));
}

/** The variables of a host from inventory and vars files, templates still in them. */
export function hostVariables(
  { inventory, vault }: Pick<Sources, 'inventory' | 'vault'>,
  playbookFolders: readonly string[] = [],
): (host: string) => Mapping {
  const decrypt = vault.decrypt.bind(vault);
  const files = {
    inventory: new VarsBeside(inventoryFolders(inventory.sources), decrypt),
    playbook: new VarsBeside(playbookFolders, decrypt),
  };
  return (host) => flattenLayers(inventoryLayers(inventory, host, files));
}

function environmentFile(options: InventoryOptions): string[] {
  const file = process.env.ANSIBLE_VAULT_PASSWORD_FILE;
  return file && !options.vaultPasswordFile && !options.askVaultPassword ? [file] : [];
}
