import { createHash } from 'node:crypto';

/**
 * A server id that stays when hosts come and go: the 32 bits of the address, or of a digest where the
 * address is a name.
 *
 * @example derivedServerId('10.0.0.11') // 167772171
 */
export function derivedServerId(address: string): number {
  const parts = address.split('.').map(Number);
  const isAddress = parts.length === 4 && parts.every((part) => part >= 0 && part <= 255);
  const bytes = isAddress ? Buffer.from(parts) : createHash('sha256').update(address).digest();
  return Math.max(bytes.readUInt32BE(0), 1);
}
