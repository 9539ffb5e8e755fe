import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Release {
  /** First 12 hex digits of the content's sha256; `source` when the sources run as they are. */
  readonly id: string;
  /** What the build was told to note, or nothing. */
  readonly note: string;
}

/** Put in by the build. */
declare const FOOBAR_RELEASE_NOTE: string | undefined;

/** The release that runs, from the `release.json` that lies beside the bundle. */
export function readRelease(directory: string): Release {
  const note = typeof FOOBAR_RELEASE_NOTE === 'string' ? FOOBAR_RELEASE_NOTE : '';
  try {
    const { id } = JSON.parse(readFileSync(join(directory, 'release.json'), 'utf8'));
    return { id: String(id), note };
  } catch {
    return { id: 'source', note };
  }
}
