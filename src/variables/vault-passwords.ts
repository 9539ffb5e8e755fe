import { execFileSync } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { RolecallError } from '../errors.ts';
import { reading } from '../inventory/vars-files.ts';
import type { VaultSecret } from './vault.ts';

/** Asks a person for a password, without showing it. */
export type AskPassword = (question: string) => Promise<string>;

/**
 * The passwords of --vault-password-file (`path`) and --vault-id (`label@path`, `label@prompt`,
 * `path`, `prompt`). An executable path is a script that prints the password; one whose name ends
 * in `-client` is given `--vault-id label`.
 */
export async function readVaultPasswords(
  ids: readonly string[],
  ask: AskPassword,
): Promise<VaultSecret[]> {
  const secrets: VaultSecret[] = [];
  for (const id of ids) {
    const [, label = 'default', source = ''] = /^(?:([^@/]*)@)?([\s\S]*)$/.exec(id)!;
    const password = await readPassword(label || 'default', source, ask);
    if (password === '') {
      throw new RolecallError({
        code: 'vault-failed',
        message: `the vault password of '${id}' is empty`,
      });
    }
    secrets.push({ label: label || 'default', password });
  }
  return secrets;
}

async function readPassword(label: string, source: string, ask: AskPassword): Promise<string> {
  if (source === 'prompt' || source === 'prompt_ask_vault_pass') {
    return ask(label === 'default' ? 'Vault password: ' : `Vault password (${label}): `);
  }
  if (!isScript(source)) {
    // Not trimmed at the start: a password may begin with a space.
    return reading(source, () => readFileSync(source, 'utf8')).replace(/[\r\n]+$/, '');
  }
  const args = /-client(?:\.\w+)?$/.test(source) ? ['--vault-id', label] : [];
  try {
    const output = execFileSync(source, args, {
      encoding: 'utf8',
      stdio: ['inherit', 'pipe', 'pipe'],
    });
    return output.replace(/[\r\n]+$/, '');
  } catch (error) {
    const detail = (error as { stderr?: string }).stderr?.trim() || (error as Error).message;
    throw new RolecallError({
      code: 'vault-failed',
      message: `the vault password script '${source}' failed: ${detail}`,
    });
  }
}

function isScript(file: string): boolean {
  if (!reading(file, () => statSync(file)).isFile()) return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
