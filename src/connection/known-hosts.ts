import { createHash, createHmac } from 'node:crypto';
import { appendFile, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FileCache } from './file-cache.ts';

/** One line of a known_hosts file. */
export interface KnownHost {
  readonly file: string;
  readonly line: number;
  readonly marker: 'revoked' | 'cert-authority' | undefined;
  readonly patterns: readonly string[];
  readonly type: string;
  /** The key in base64, as in the file. */
  readonly key: string;
}

/** What the files say about the key that a host shows. */
export type KeyVerdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'revoked'; readonly by: KnownHost }
  | { readonly kind: 'changed'; readonly expected: readonly KnownHost[] }
  /** Only a certificate authority is known, and this driver reads no certificates. */
  | { readonly kind: 'authority-only'; readonly by: KnownHost };

/** Parses a known_hosts file. Lines that ssh would ignore are ignored: blank, comments, malformed. */
export function parseKnownHosts(text: string, file: string): KnownHost[] {
  const entries: KnownHost[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const fields = raw.trim().split(/[ \t]+/);
    if (!fields[0] || fields[0].startsWith('#')) continue;
    const marker = fields[0].startsWith('@') ? fields.shift()!.slice(1) : undefined;
    if (marker !== undefined && marker !== 'revoked' && marker !== 'cert-authority') continue;
    const [patterns, type, key] = fields;
    if (!patterns || !type || !key || keyType(Buffer.from(key, 'base64')) !== type) continue;
    entries.push({ file, line: index + 1, marker, patterns: patterns.split(','), type, key });
  }
  return entries;
}

/** The entries for a host in files that exist; one that exists and cannot be read is an error. */
export async function knownHostsFor(
  files: readonly string[],
  host: string,
  port: number,
): Promise<KnownHost[]> {
  const found = files.map(async (file) => {
    try {
      return (await parsedFiles.get(file)).entriesFor(hostName(host, port));
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
      throw error;
    }
  });
  return (await Promise.all(found)).flat();
}

/** The entries for a host; port 22 is written plain, others as `[host]:port`. */
export function entriesFor(entries: readonly KnownHost[], host: string, port: number): KnownHost[] {
  const name = hostName(host, port);
  return entries.filter(({ patterns }) => matches(patterns, name));
}

/** Judges a key against the entries of its host. */
export function judgeKey(entries: readonly KnownHost[], key: Buffer): KeyVerdict {
  const base64 = key.toString('base64').replace(/=+$/, '');
  const same = entries.filter((entry) => entry.key.replace(/=+$/, '') === base64);
  const revoked = same.find(({ marker }) => marker === 'revoked');
  if (revoked) return { kind: 'revoked', by: revoked };
  if (same.some(({ marker }) => marker === undefined)) return { kind: 'known' };
  const expected = entries.filter(({ marker }) => marker === undefined);
  if (expected.length > 0) return { kind: 'changed', expected };
  const by = entries.find(({ marker }) => marker === 'cert-authority');
  return by ? { kind: 'authority-only', by } : { kind: 'unknown' };
}

/** Adds a line with one write, so that runs side by side never mix theirs. */
export async function addKnownHost(file: string, host: string, port: number, key: Buffer) {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const line = `${hostName(host, port)} ${keyType(key)} ${key.toString('base64')}\n`;
  const broken = await endsWithoutNewline(file);
  await appendFile(file, broken ? `\n${line}` : line, { mode: 0o600 });
}

/** The type that a key blob names, such as `ssh-ed25519`; undefined when it is no key. */
export function keyType(key: Buffer): string | undefined {
  if (key.length < 4) return undefined;
  const size = key.readUInt32BE(0);
  return size > 0 && size <= 64 && key.length > 4 + size
    ? key.subarray(4, 4 + size).toString('latin1')
    : undefined;
}

/** `SHA256:…` as ssh-keygen -l shows it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** A file's entries, those of plain names by name. */
class KnownHostsFile {
  readonly #named = new Map<string, KnownHost[]>();
  readonly #others: KnownHost[] = [];

  constructor(entries: readonly KnownHost[]) {
    for (const entry of entries) {
      if (entry.patterns.some((pattern) => /^[!|]|[*?]/.test(pattern))) this.#others.push(entry);
      else for (const name of new Set(entry.patterns.map(lowerCase))) this.#add(name, entry);
    }
  }

  entriesFor(name: string): KnownHost[] {
    const others = this.#others.filter(({ patterns }) => matches(patterns, name));
    return [...(this.#named.get(name) ?? []), ...others].sort((a, b) => a.line - b.line);
  }

  #add(name: string, entry: KnownHost): void {
    const own = this.#named.get(name);
    if (own) own.push(entry);
    else this.#named.set(name, [entry]);
  }
}

const parsedFiles = new FileCache(
  (content, file) => new KnownHostsFile(parseKnownHosts(content.toString('utf8'), file)),
);

function lowerCase(text: string): string {
  return text.toLowerCase();
}

function hostName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

function matches(patterns: readonly string[], name: string): boolean {
  let found = false;
  for (const pattern of patterns) {
    if (pattern.startsWith('!')) {
      if (wildcard(pattern.slice(1), name)) return false;
    } else if (pattern.startsWith('|') ? hashed(pattern, name) : wildcard(pattern, name)) {
      found = true;
    }
  }
  return found;
}

function hashed(pattern: string, name: string): boolean {
  const [, version, salt, hash] = pattern.split('|');
  if (version !== '1' || !salt || !hash) return false;
  const hmac = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64');
  return hmac === hash;
}

function wildcard(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern.toLowerCase() === name;
  const source = pattern
    .toLowerCase()
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(name);
}

async function endsWithoutNewline(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return false;
  try {
    const { size } = await handle.stat();
    if (size === 0) return false;
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] !== 0x0a;
  } finally {
    await handle.close();
  }
}
