import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundle } from './bundle.ts';
import { type ContentFile, readFolder } from './content.ts';
import { gzip, tar } from './tar.ts';

export interface BuildOptions {
  /** Folder of the artifact; it is made where it is missing. `examples/foobar/dist` by default. */
  readonly out?: string;
  /** Files in it stand in for those at the same path under `examples/foobar`. */
  readonly overlay?: string;
  /** What /version says as `note`: a release of the same sources with another id. */
  readonly note?: string;
}

export interface BuiltRelease {
  /** First 12 hex digits of the sha256 of the content: same content, same id. */
  readonly id: string;
  /** Absolute path of `foobar-<id>.tar.gz`. */
  readonly artifact: string;
  /** Of the artifact. */
  readonly sha256: string;
  /** Bytes of the artifact. */
  readonly size: number;
}

const source = resolve(import.meta.dirname, '..');

/**
 * Builds one artifact with `server.mjs`, `static/` and `release.json` at its top. The same sources
 * give the same bytes. Throws when the sources do not bundle, or the overlay has a file that stands
 * in for nothing.
 *
 * @example const v2 = await buildRelease({ out, note: 'v2' });
 */
export async function buildRelease(options: BuildOptions = {}): Promise<BuiltRelease> {
  const { out = join(source, 'dist'), overlay, note = '' } = options;
  const content = await contentOf(overlay, note);
  const id = idOf(content);
  const artifact = gzip(tar([...content, releaseFile(id, note, content)]));
  const path = resolve(out, `foobar-${id}.tar.gz`);
  await mkdir(out, { recursive: true });
  await writeFile(`${path}.${process.pid}`, artifact);
  await rename(`${path}.${process.pid}`, path); // others may be building the same
  return { id, artifact: path, sha256: sha256(artifact), size: artifact.length };
}

async function contentOf(overlay: string | undefined, note: string): Promise<ContentFile[]> {
  const replaced = overlay === undefined ? [] : await readFolder(overlay);
  const pages = await readFolder(join(source, 'static'), 'static/');
  const sources = replaced.filter(({ path }) => path.endsWith('.ts'));
  const files = new Map(pages.map((file) => [file.path, file]));
  for (const file of replaced) {
    if (file.path.startsWith('static/')) files.set(file.path, file);
    else if (!sources.includes(file))
      throw new Error(`overlay: ${file.path} is no source and not below static/`);
  }
  return [{ path: 'server.mjs', data: await bundle(source, sources, note) }, ...files.values()];
}

function idOf(content: readonly ContentFile[]): string {
  const sums = content.map(({ path, data }) => `${sha256(data)}  ${path}\n`);
  return sha256(Buffer.from(sums.sort().join(''))).slice(0, 12);
}

/** Nothing that is not content may stand in here: same id, same bytes. */
function releaseFile(id: string, note: string, content: readonly ContentFile[]): ContentFile {
  const sums = content.map(({ path, data }) => [path, sha256(data)] as const);
  const builtFrom = Object.fromEntries(sums.sort(([a], [b]) => (a < b ? -1 : 1)));
  const text = JSON.stringify({ id, note, built_from: builtFrom }, null, 2);
  return { path: 'release.json', data: Buffer.from(`${text}\n`) };
}

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
