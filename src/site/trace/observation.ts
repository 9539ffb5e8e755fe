/** What was seen of one request, by the client and in the answer; times in milliseconds. */
export interface Observation {
  readonly target: Target;
  readonly name: NameAnswer;
  /** Addresses that were tried, in order; the last is the one that was talked to. */
  readonly connections: readonly Connection[];
  /** Absent for plain HTTP. */
  readonly tlsMs?: number;
  readonly answer?: HttpAnswer;
  /** Why there is no answer although a connection stood. */
  readonly failure?: string;
}

export interface Target {
  readonly url: string;
  readonly host: string;
  readonly port: number;
}

export type NameAnswer =
  /** The URL has an address, or --resolve gave one. */
  | { readonly kind: 'given'; readonly by: 'url' | 'option'; readonly address: string }
  | {
      readonly kind: 'answered';
      readonly server: NameServer;
      readonly addresses: readonly string[];
      /** Seconds; the system's resolver does not tell. */
      readonly ttl?: number;
      readonly ms: number;
    }
  | {
      readonly kind: 'failed';
      readonly server: NameServer;
      /** The resolver's code: `ENOTFOUND`, `ETIMEOUT`, `ECONNREFUSED`. */
      readonly code: string;
      readonly ms: number;
    };

/** Who was asked: a server of the inventory, or the resolver of this system. */
export type NameServer =
  | { readonly kind: 'server'; readonly address: string; readonly host?: string }
  | { readonly kind: 'system' };

export interface Connection {
  readonly address: string;
  readonly ms: number;
  /** Why it failed: `ECONNREFUSED`. */
  readonly code?: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** From the begin of the request to the first byte of the answer. */
  readonly firstByteMs: number;
  /** From the question for the name to the last byte. */
  readonly totalMs: number;
  readonly bytes: number;
  /** The begin of a short text or JSON body. */
  readonly excerpt?: string;
}
