import { createHash, createHmac, createPrivateKey, createPublicKey } from 'node:crypto';

/** A key pair for SSH as its files hold it. */
export interface SshKeyPair {
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA… comment`. */
  readonly publicKey: string;
}

/**
 * An ed25519 key that follows from a secret: the same on all members and in each run, known before
 * any host is asked, and of no use to find the secret.
 */
export function derivedKeyPair(secret: string, purpose: string): SshKeyPair {
  const seed = createHmac('sha256', secret).update(`rolecall ${purpose}`).digest();
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  const point = Buffer.from(x!, 'base64url');
  const publicBlob = Buffer.concat([field('ssh-ed25519'), field(point)]);
  const comment = purpose.replaceAll(' ', '-');
  return {
    privateKey: armoured(privateBlob(seed, point, publicBlob, comment)),
    publicKey: `ssh-ed25519 ${publicBlob.toString('base64')} ${comment}`,
  };
}

/** The format that ssh-keygen writes, without a passphrase. */
function privateBlob(seed: Buffer, point: Buffer, publicBlob: Buffer, comment: string): Buffer {
  const check = createHash('sha256').update(point).digest().subarray(0, 4);
  const secret = Buffer.concat([
    ...[check, check],
    field('ssh-ed25519'),
    field(point),
    field(Buffer.concat([seed, point])),
    field(comment),
  ]);
  const padding = Buffer.from(Array.from({ length: -secret.length & 7 }, (_, index) => index + 1));
  return Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...[field('none'), field('none'), field('')],
    number(1),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
}

function armoured(blob: Buffer): string {
  const lines = blob.toString('base64').match(/.{1,70}/g)!;
  const name = 'OPENSSH PRIVATE KEY';
  return [`-----BEGIN ${name}-----`, ...lines, `-----END ${name}-----`, ''].join('\n');
}

function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([number(bytes.length), bytes]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
