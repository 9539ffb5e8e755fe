import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Digests } from './digest.ts';
import type { PlanSource } from './plan.ts';

/**
 * Digests of files and of all files below folders, by their names relative to `base`, sorted. What does not
 * exist is left out. Hidden folders and node_modules are not looked into.
 */
export function sourceDigests(
  paths: readonly string[],
  base: string,
  digests: Digests,
): readonly PlanSource[] {
  const files = new Set(paths.flatMap((path) => (existsSync(path) ? filesBelow(path) : [])));
  return [...files].sort().map((file) => ({
    file: relative(base, file),
    digest: digests.bytes(readFileSync(file)),
  }));
}

/** What of the sources differs: one line each. */
export function changedSources(
  planned: readonly PlanSource[],
  now: readonly PlanSource[],
): readonly string[] {
  const before = new Map(planned.map(({ file, digest }) => [file, digest]));
  const after = new Map(now.map(({ file, digest }) => [file, digest]));
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => {
    if (before.get(name) === after.get(name)) return [];
    if (!before.has(name)) return [`${name} is new`];
    return [after.has(name) ? `${name} has changed` : `${name} is gone`];
  });
}

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inner = join(path, entry.name);
    if (isSkipped(entry)) return [];
    return existsSync(inner) && (entry.isDirectory() || statSync(inner).isFile())
      ? filesBelow(inner)
      : [];
  });
}

function isSkipped(entry: Dirent): boolean {
  return entry.isDirectory() && (entry.name.startsWith('.') || entry.name === 'node_modules');
}
