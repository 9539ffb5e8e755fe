import { type Command, Option } from 'commander';
import { collect } from './new-command.ts';

/** Where hosts, variables and the passwords of vaults come from. */
export interface InventoryOptions {
  readonly inventory?: readonly string[];
  readonly extraVars?: readonly string[];
  readonly vaultPasswordFile?: readonly string[];
  readonly vaultId?: readonly string[];
  readonly askVaultPassword?: boolean;
}

export function addInventoryOption(command: Command): Command {
  return command.addOption(
    new Option(
      '-i, --inventory <source>',
      'inventory: file, directory, script or list `host,`; repeatable',
    ).argParser(collect),
  );
}

export function addVariableOptions(command: Command): Command {
  return command
    .optionsGroup('Variables:')
    .addOption(
      new Option(
        '-e, --extra-vars <vars>',
        'variables that win over all: k=v, JSON or @file; repeatable',
      ).argParser(collect),
    )
    .addOption(
      new Option(
        '--vault-password-file <file>',
        'file or script with the vault password; repeatable',
      ).argParser(collect),
    )
    .addOption(
      new Option(
        '--vault-id <label@source>',
        'vault password for a label: file, script or prompt',
      ).argParser(collect),
    )
    .option('-J, --ask-vault-password', 'ask for the vault password');
}

/** The sources of -i, or of ROLECALL_INVENTORY or ANSIBLE_INVENTORY; none means localhost only. */
export function inventorySources(
  given: readonly string[] | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): readonly string[] {
  if (given && given.length > 0) return given;
  const named = environment.ROLECALL_INVENTORY || environment.ANSIBLE_INVENTORY;
  return named ? [named] : [];
}
