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
  return deflateRawSync(JSON.stringify(kept), { level: 1 });
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
