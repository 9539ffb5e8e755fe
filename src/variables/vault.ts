import { Vault } from 'ansible-vault';
import { RolecallError, type SourcePosition } from '../errors.ts';

/** A vault password and the label that it is for; `default` when none was given. */
export interface VaultSecret {
  readonly label: string;
  readonly password: string;
}

/**
 * Decrypts vault text of format 1.1 and 1.2 with the passwords of the command line: the one with
 * the text's label first, then the others, as Ansible does. Plain texts are kept by ciphertext.
 *
 * @example new VaultSecrets([{ label: 'default', password }]).decrypt(text, at)
 */
export class VaultSecrets {
  private readonly secrets: readonly VaultSecret[];
  private readonly plain = new Map<string, string>();

  constructor(secrets: readonly VaultSecret[]) {
    this.secrets = secrets;
  }

  /** The plain text. Throws `vault-failed` when no password fits or the text is damaged. */
  decrypt(ciphertext: string, at: SourcePosition): string {
    const text = normalise(ciphertext);
    const known = this.plain.get(text);
    if (known !== undefined) return known;
    const label = checkForm(text, at);
    if (this.secrets.length === 0) {
      throw failed('the data is encrypted and no vault password was given', at);
    }
    const first = this.secrets.filter((secret) => secret.label === label);
    const others = this.secrets.filter((secret) => secret.label !== label);
    for (const { password } of [...first, ...others]) {
      const plain = attempt(text, password);
      if (plain === undefined) continue;
      this.plain.set(text, plain);
      return plain;
    }
    const tried = this.secrets.map((secret) => `'${secret.label}'`).join(', ');
    throw failed(`no vault password fits, or the data is damaged (tried ${tried})`, at);
  }
}

/** An encrypted text as `ansible-vault encrypt` writes it; a label makes it format 1.2. */
export function encryptVault(plain: string, password: string, label?: string): string {
  return new Vault({ password }).encryptSync(plain, label ?? '');
}

/** Without the spaces that YAML blocks and editors leave around the lines. */
function normalise(ciphertext: string): string {
  const lines = ciphertext.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '').join('\n');
}

/** Checks what can be known without a password; returns the label. */
function checkForm(text: string, at: SourcePosition): string {
  const [header = '', ...body] = text.split('\n');
  const [magic, version = '', cipher = '', label = 'default'] = header.split(';');
  if (magic !== '$ANSIBLE_VAULT') throw failed('the data has no vault header', at);
  if (!/^1\.[12]$/.test(version)) throw failed(`vault format ${version} is not supported`, at);
  if (cipher !== 'AES256') throw failed(`vault cipher '${cipher}' is not supported`, at);
  const hex = body.join('');
  const complete = /^(?:[0-9a-f]{2})+$/i.test(hex);
  const parts = complete ? Buffer.from(hex, 'hex').toString('latin1').split('\n') : [];
  const [salt = '', digest = '', data = ''] = parts;
  const whole = [salt, digest, data].every((part) => /^(?:[0-9a-f]{2})+$/i.test(part));
  if (parts.length !== 3 || !whole || digest.length !== 64 || data.length % 32 !== 0) {
    throw failed('the vault data is damaged or cut short', at);
  }
  return label;
}

function attempt(text: string, password: string): string | undefined {
  try {
    return new Vault({ password }).decryptSync(text, undefined);
  } catch {
    return undefined;
  }
}

function failed(message: string, at: SourcePosition): RolecallError {
  return new RolecallError({ code: 'vault-failed', message, at });
}
