import { RolecallError } from '../errors.ts';
import {
  addKnownHost,
  entriesFor,
  fingerprint,
  judgeKey,
  type KnownHost,
  keyType,
  knownHostsFor,
} from './known-hosts.ts';

export interface HostKeyPolicy {
  /** The name under which the key is known, and its port. */
  readonly host: string;
  readonly port: number;
  readonly checking: 'strict' | 'accept-new' | 'off';
  /** The first one takes new keys. */
  readonly files: readonly string[];
}

/** The judge of one session's host key. The first key that it accepts is the only one from then on. */
export class HostKeyCheck {
  /** Why a key was refused. */
  problem: RolecallError | undefined;
  readonly #policy: HostKeyPolicy;
  readonly #entries: readonly KnownHost[];
  #pinned: Buffer | undefined;
  #isNew = false;

  static async load(policy: HostKeyPolicy): Promise<HostKeyCheck> {
    const { files, host, port } = policy;
    return new HostKeyCheck(policy, await knownHostsFor(files, host, port));
  }

  constructor(policy: HostKeyPolicy, entries: readonly KnownHost[]) {
    this.#policy = policy;
    this.#entries = entriesFor(entries, policy.host, policy.port);
  }

  /** Host-key algorithms to offer, those of known keys first. */
  get algorithms(): string[] {
    const known = new Set(
      this.#entries.filter(({ marker }) => marker === undefined).map(({ type }) => type),
    );
    const first = hostKeyAlgorithms.filter((name) => known.has(typeOf(name)));
    return [...first, ...hostKeyAlgorithms.filter((name) => !first.includes(name))];
  }

  /** True only for a key to be trusted; anything else leaves a `problem`. */
  accepts(key: Buffer): boolean {
    if (this.#pinned) {
      if (this.#pinned.equals(key)) return true;
      this.#refuse('host-key-changed', 'showed another host key during the session', key);
      return false;
    }
    if (!this.#judge(key)) return false;
    this.#pinned = Buffer.from(key);
    return true;
  }

  /** Writes a key that was new and accepted; to be called when the handshake has proven it. */
  async store(): Promise<void> {
    if (!this.#isNew || !this.#pinned) return;
    this.#isNew = false;
    const { files, host, port } = this.#policy;
    const now = await knownHostsFor(files.slice(0, 1), host, port);
    if (judgeKey(now, this.#pinned).kind === 'known') return;
    await addKnownHost(files[0]!, host, port, this.#pinned);
  }

  #judge(key: Buffer): boolean {
    const verdict = judgeKey(this.#entries, key);
    const { checking } = this.#policy;
    if (verdict.kind === 'known') return true;
    if (verdict.kind === 'revoked') {
      const { file, line } = verdict.by;
      this.#refuse('host-key-changed', `showed a host key that ${file}:${line} revokes`, key);
      return false;
    }
    if (checking === 'off') return true;
    if (verdict.kind === 'changed') {
      const known = verdict.expected.map(
        (entry) => `${fingerprint(Buffer.from(entry.key, 'base64'))} (${entry.file}:${entry.line})`,
      );
      this.#refuse('host-key-changed', `showed another host key than ${known.join(', ')}`, key);
      return false;
    }
    if (verdict.kind === 'authority-only') {
      const { file, line } = verdict.by;
      const what = `is known by a certificate authority only (${file}:${line}), which the ssh driver cannot check`;
      this.#refuse('host-key-unknown', what, key, 'Use ansible_connection: openssh for this host.');
      return false;
    }
    if (checking === 'accept-new') {
      this.#isNew = true;
      return true;
    }
    this.#refuse('host-key-unknown', 'is in no known_hosts file', key);
    return false;
  }

  #refuse(
    code: 'host-key-changed' | 'host-key-unknown',
    what: string,
    key: Buffer,
    hint?: string,
  ): void {
    const { host, port } = this.#policy;
    const name = port === 22 ? host : `[${host}]:${port}`;
    const message = `${name} ${what}; its ${keyType(key) ?? 'unreadable'} key is ${fingerprint(key)}`;
    this.problem = new RolecallError({ code, message, hint });
  }
}

/** What is offered, best first; nothing signed with SHA-1. */
const hostKeyAlgorithms = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

function typeOf(algorithm: string): string {
  return algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm;
}
