/** One key of an authorized_keys file. */
export interface SshKey {
  readonly options: string;
  readonly type: string;
  readonly blob: string;
  readonly comment: string;
}

const types =
  /^(ssh-(rsa|dss|ed25519)|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com|[\w-]+-cert-v01@openssh\.com)$/;

/** Undefined for comments, empty lines and what is no key. */
export function readKey(line: string): SshKey | undefined {
  const trimmed = line.trim();
  if (trimmed === '' || trimmed.startsWith('#')) return undefined;
  const words = splitOutsideQuotes(trimmed);
  const at = words.findIndex((word) => types.test(word.text));
  if (at !== 0 && at !== 1) return undefined;
  const blob = words[at + 1]?.text;
  if (!blob || !/^[A-Za-z0-9+/]+=*$/.test(blob)) return undefined;
  const rest = words[at + 2];
  return {
    options: at === 1 ? words[0]!.text : '',
    type: words[at]!.text,
    blob,
    comment: rest ? trimmed.slice(rest.start) : '',
  };
}

export function keyLine(key: SshKey): string {
  return [key.options, key.type, key.blob, key.comment].filter(Boolean).join(' ');
}

export function isSameKey(a: SshKey, b: SshKey): boolean {
  return a.type === b.type && a.blob === b.blob;
}

/** Options may hold spaces within double quotes. */
function splitOutsideQuotes(line: string): { text: string; start: number }[] {
  const words: { text: string; start: number }[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at <= line.length; at++) {
    const sign = line[at];
    if (sign === '"' && line[at - 1] !== '\\') quoted = !quoted;
    const ends = sign === undefined || (!quoted && /\s/.test(sign));
    if (!ends) continue;
    if (at > start) words.push({ text: line.slice(start, at), start });
    start = at + 1;
  }
  return words;
}
