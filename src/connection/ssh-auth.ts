import { readFile } from 'node:fs/promises';
import ssh2, {
  type AnyAuthMethod,
  type BaseAgent,
  type ParsedKey,
  type PublicKeyEntry,
} from 'ssh2';
import { FileCache } from './file-cache.ts';
import type { SshSettings } from './ssh-settings.ts';

/** The credentials of one login, in the order in which they are offered. */
export interface Credentials {
  /** Gives the next one; `false` when there is none left. */
  next(allowed: readonly string[] | null): AnyAuthMethod | false;
  /** What was offered, and what could not be, for the message of a failure. */
  describe(): string;
}

/** Loads keys and agent. Named keys come first, then the agent, default keys, password. */
export async function loadCredentials(settings: SshSettings): Promise<Credentials> {
  const { user: username, password } = settings;
  const notes: string[] = [];
  const named = await loadKeys(settings.identityFiles, settings.passphrase, notes, true);
  const agent = await openAgent(settings, notes);
  const useDefaults = settings.identityFiles.length === 0;
  const defaults = useDefaults
    ? await loadKeys(settings.defaultIdentities, settings.passphrase, notes, false)
    : [];
  const offers: { method: AnyAuthMethod; says: string }[] = [
    ...named.map((key) => keyOffer(username, key)),
    ...(agent
      ? [{ method: { type: 'agent' as const, username, agent }, says: 'keys of the agent' }]
      : []),
    ...defaults.map((key) => keyOffer(username, key)),
  ];
  if (password !== undefined) {
    offers.push({ method: { type: 'password', username, password }, says: 'a password' });
    offers.push({ method: interactive(username, password), says: 'a password on request' });
  }
  const offered: string[] = [];
  return {
    next: (allowed) => {
      while (offers.length > 0) {
        const { method, says } = offers.shift()!;
        const name = method.type === 'agent' ? 'publickey' : method.type;
        if (allowed && allowed.length > 0 && !allowed.includes(name)) {
          notes.push(`${says}: the host does not take ${name}`);
          continue;
        }
        offered.push(says);
        return method;
      }
      return false;
    },
    describe: () => {
      const tried = offered.length > 0 ? `offered: ${offered.join(', ')}` : 'nothing to offer';
      return [tried, ...notes].join('; ');
    },
  };
}

interface LoadedKey {
  readonly path: string;
  readonly key: ParsedKey;
}

async function loadKeys(
  paths: readonly string[],
  passphrase: string | undefined,
  notes: string[],
  named: boolean,
): Promise<LoadedKey[]> {
  const keys: LoadedKey[] = [];
  for (const path of paths) {
    const file = await keyFiles.get(path).catch((error: NodeJS.ErrnoException) => {
      if (named || error.code !== 'ENOENT') notes.push(`${path}: ${error.code}`);
    });
    if (!file) continue;
    const parsed = file.parsed(passphrase);
    if (parsed instanceof Error) notes.push(`${path}: ${keyTrouble(parsed, file.text)}`);
    else if (parsed.isPrivateKey()) keys.push({ path, key: parsed });
    else notes.push(`${path}: not a private key`);
  }
  return keys;
}

/** What a key file holds; with a passphrase it takes long to read. */
class KeyFile {
  readonly #content: Buffer;
  readonly #parsed = new Map<string | undefined, ParsedKey | Error>();

  constructor(content: Buffer) {
    this.#content = content;
  }

  get text(): string {
    return this.#content.toString('latin1');
  }

  parsed(passphrase: string | undefined): ParsedKey | Error {
    const known = this.#parsed.get(passphrase);
    if (known) return known;
    const parsed = ssh2.utils.parseKey(this.#content, passphrase);
    this.#parsed.set(passphrase, parsed);
    return parsed;
  }
}

const keyFiles = new FileCache((content) => new KeyFile(content));

function keyTrouble(error: Error, text: string): string {
  if (/no passphrase given/i.test(error.message)) return 'it needs a passphrase';
  if (/bad passphrase|integrity check failed|bad decrypt/i.test(error.message)) {
    return 'the passphrase is wrong';
  }
  if (/sk-(ssh|ecdsa)/.test(Buffer.from(text, 'base64').toString('latin1'))) {
    return 'a key in hardware, which only the openssh driver can use';
  }
  return error.message;
}

function keyOffer(username: string, { path, key }: LoadedKey) {
  return { method: { type: 'publickey' as const, username, key }, says: path };
}

function interactive(username: string, password: string): AnyAuthMethod {
  return {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _instructions, _lang, prompts, finish) =>
      // Only what is not echoed is a password; a second question gets no answer of ours.
      finish(prompts.map(({ echo }, index) => (index === 0 && !echo ? password : ''))),
  };
}

/** An agent whose keys are known to be readable: a dead socket would fail the whole login in ssh2. */
async function openAgent(settings: SshSettings, notes: string[]): Promise<BaseAgent | undefined> {
  if (!settings.agent) return undefined;
  const agent = ssh2.createAgent(settings.agent);
  try {
    const keys = await identities(agent);
    const wanted = settings.identitiesOnly ? await publicKeys(settings.identityFiles) : undefined;
    const usable = wanted ? keys.filter((key) => wanted.has(blob(key))) : keys;
    return usable.length > 0 ? withKeys(agent, usable) : undefined;
  } catch (error) {
    notes.push(`agent at ${settings.agent}: ${(error as Error).message}`);
    return undefined;
  }
}

type AgentKey = ParsedKey | Buffer | string | PublicKeyEntry;

function identities(agent: BaseAgent): Promise<AgentKey[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('it does not answer')), 5000);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve((keys ?? []) as AgentKey[]);
    });
  });
}

function withKeys(agent: BaseAgent, keys: AgentKey[]): BaseAgent {
  const wrapped = Object.create(agent) as BaseAgent;
  wrapped.getIdentities = (callback) => callback(null, keys as never);
  wrapped.sign = agent.sign.bind(agent) as BaseAgent['sign'];
  return wrapped;
}

function blob(key: AgentKey): string {
  if (typeof key === 'object' && 'getPublicSSH' in key) {
    return key.getPublicSSH().toString('base64');
  }
  return Buffer.isBuffer(key) ? key.toString('base64') : '';
}

async function publicKeys(identityFiles: readonly string[]): Promise<Set<string>> {
  const texts = await Promise.all(
    identityFiles.map((path) => readFile(`${path}.pub`, 'utf8').catch(() => '')),
  );
  return new Set(texts.map((text) => text.trim().split(/\s+/)[1] ?? ''));
}
