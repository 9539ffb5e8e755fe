import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Client } from 'ssh2';

/**
 * Lets ssh2 use the keys of a connection as key objects. Where its native part is missing it hands Node
 * the bytes of the key with each packet, and making an object of them costs more than to encrypt.
 */
export function keepPacketKeys(client: Client): void {
  // Comes behind each exchange of keys, when both ciphers are new.
  client.on('handshake', () => {
    const { _cipher, _decipher } = (client as unknown as Inside)._protocol ?? {};
    if (_cipher) prepare(_cipher, '_encKey');
    if (_decipher) prepare(_decipher, '_decipherKey');
  });
}

type Cipher = Record<string, Buffer | KeyObject | undefined>;

/** What ssh2 1.17 has inside; where that is different, all stays as it is. */
interface Inside {
  readonly _protocol?: { readonly _cipher?: Cipher; readonly _decipher?: Cipher };
}

function prepare(cipher: Cipher, name: string): void {
  const key = cipher[name];
  if (Buffer.isBuffer(key)) cipher[name] = createSecretKey(key);
}
