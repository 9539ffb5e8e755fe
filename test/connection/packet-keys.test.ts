import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { buffer } from 'node:stream/consumers';
import ssh2, { type ClientChannel } from 'ssh2';
import { expect, test } from 'vitest';
import { keepPacketKeys } from '../../src/connection/packet-keys.ts';
import { hasSshd, startSshd } from './sshd.ts';

interface Inside {
  readonly _protocol: { readonly _cipher: object; readonly _decipher: object };
}

const ciphers = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr'] as const;

test.runIf(hasSshd).each(ciphers)(
  '%s: data survives new keys, which are kept as well',
  async (cipher) => {
    const sshd = await startSshd(['RekeyLimit 128K']);
    const client = new ssh2.Client();
    try {
      let exchanges = 0;
      client.on('handshake', () => exchanges++);
      keepPacketKeys(client);
      client.connect({
        host: '127.0.0.1',
        port: sshd.port,
        username: userInfo().username,
        privateKey: readFileSync(sshd.key),
        algorithms: { cipher: [cipher] },
      });
      await once(client, 'ready');
      const channel = await new Promise<ClientChannel>((resolve, reject) => {
        client.exec('cat', (error, opened) => (error ? reject(error) : resolve(opened)));
      });
      const sent = randomBytes(1_000_000);
      channel.end(sent);
      expect((await buffer(channel)).equals(sent)).toBe(true);
      expect(exchanges).toBeGreaterThan(2);
      // No bytes of a key where they would be made an object of for each packet.
      const { _cipher, _decipher } = (client as unknown as Inside)._protocol;
      const fields = [_cipher, _decipher].flatMap((side) => Object.entries(side));
      const keys = fields.filter(([name]) => /^_(enc|decipher)Key$/.test(name));
      expect(keys.filter(([, key]) => Buffer.isBuffer(key))).toEqual([]);
    } finally {
      client.destroy();
      await sshd.stop();
    }
  },
);
