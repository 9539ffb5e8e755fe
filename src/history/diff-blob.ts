import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Diff } from '../events.ts';

/** Diffs as they are kept: compressed, long texts cut. Null for none. */
export function packDiff(diff: readonly Diff[]): Uint8Array | null {
  if (diff.length === 0) return null;
  const kept = diff.map(({ header, before, after }) => ({
    header,
    before: cut(before),
    after: cut(after),
  }));
  const text = JSON.stringify(kept);
  if (text.length > longestRemembered) return deflateRawSync(text, { level: 1 });
  let packed = remembered.get(text);
  if (!packed) {
    packed = deflateRawSync(text, forShortTexts);
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(text, packed);
  }
  return packed;
}

export function unpackDiff(blob: Uint8Array | null): readonly Diff[] {
  return blob ? JSON.parse(inflateRawSync(blob).toString()) : [];
}

/** For texts that are kept as they are. */
export function cut(text: string, longest = longestText): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest)}\n… ${text.length - longest} more characters are not kept\n`;
}

const longestText = 64 * 1024;

/** The same short diff is found on many hosts, one soon after the other. */
const remembered = new Map<string, Uint8Array>();
const longestRemembered = 4096;
const mostRemembered = 512;
/** Most of the time of packing a short text would go into a window and tables that it does not fill. */
const forShortTexts = { level: 1, windowBits: 12, memLevel: 5 };
