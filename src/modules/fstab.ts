/** One mount as fstab and /proc/mounts have it; octal escapes are resolved. */
export interface MountEntry {
  readonly src: string;
  readonly path: string;
  readonly fstype: string;
  readonly opts: string;
  readonly dump: string;
  readonly passno: string;
}

/** Undefined for comments, empty lines and lines with too few fields. */
export function readEntry(line: string): MountEntry | undefined {
  if (/^\s*(#|$)/.test(line)) return undefined;
  const [src, path, fstype, opts, dump, passno] = line.trim().split(/\s+/).map(decodeField);
  if (!src || !path || !fstype || !opts) return undefined;
  return { src, path: trimmed(path), fstype, opts, dump: dump ?? '0', passno: passno ?? '0' };
}

export function readEntries(text: string): MountEntry[] {
  return text.split('\n').flatMap((line) => readEntry(line) ?? []);
}

/** The text with this entry in the place of the old one, or at the end. Unchanged where it is there. */
export function withEntry(text: string, entry: MountEntry): string {
  const isOurs = (line: string) => readEntry(line)?.path === entry.path;
  const lines = text.split('\n');
  const first = lines.findIndex(isOurs);
  const line = entryLine(entry);
  if (first < 0) return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`;
  if (entryLine(readEntry(lines[first]!)!) === line) return text;
  return lines.map((old, index) => (index === first ? line : old)).join('\n');
}

export function withoutEntry(text: string, path: string): string {
  return text
    .split('\n')
    .filter((line) => readEntry(line)?.path !== path)
    .join('\n');
}

export function entryLine(entry: MountEntry): string {
  const { src, path, fstype, opts, dump, passno } = entry;
  return [src, path, fstype, opts, dump, passno].map(encodeField).join(' ');
}

/** A path without slashes at its end. */
export function trimmed(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
}

function encodeField(text: string): string {
  return text.replace(/[\s\\]/g, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

function decodeField(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
