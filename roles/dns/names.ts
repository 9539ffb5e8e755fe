/** Seconds of a time like `5m`. */
export function seconds(time: string): number {
  const units = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;
  return Number(time.slice(0, -1)) * units[time.at(-1) as keyof typeof units];
}

/** A name with its zone and the final dot, in small letters: `www` → `www.foobar.com.`. */
export function absolute(name: string, zone: string): string {
  if (name === '@') return `${zone}.`;
  return name.endsWith('.') ? name.toLowerCase() : `${name.toLowerCase()}.${zone}.`;
}

/** Whether an absolute name is the zone or below it. */
export function isWithin(name: string, zone: string): boolean {
  return name === `${zone}.` || name.endsWith(`.${zone}.`);
}

/** A mail address as a SOA record holds it: `dns.admin@foobar.com` → `dns\.admin.foobar.com.`. */
export function mailbox(contact: string, zone: string): string {
  const [local = '', domain = zone] = contact.split('@');
  return `${local.replaceAll('.', '\\.')}.${domain}.`;
}

/** A text as a TXT record holds it: strings of at most 255 bytes, what is special as `\DDD`. */
export function txtStrings(text: string): string {
  const bytes = [...Buffer.from(text)];
  const strings: string[] = [];
  for (let at = 0; at < bytes.length; at += 255) {
    strings.push(
      `"${bytes
        .slice(at, at + 255)
        .map(txtByte)
        .join('')}"`,
    );
  }
  return strings.join(' ');
}

function txtByte(byte: number): string {
  const isPlain = byte >= 32 && byte < 127 && byte !== 34 && byte !== 92;
  return isPlain ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, '0')}`;
}
