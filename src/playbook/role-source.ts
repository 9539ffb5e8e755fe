import { join } from 'node:path';
import type { SourceFiles } from './files.ts';

/** How a role is written: files in Ansible's layout, or `role.ts`, which wins where both are there. */
export type RoleSource =
  | { readonly kind: 'files'; readonly path: string }
  | { readonly kind: 'typed'; readonly path: string; readonly module: string };

/** What the folder of a role holds. */
export function roleSource(path: string, files: SourceFiles): RoleSource {
  const module = join(path, 'role.ts');
  return files.kind(module) === 'file' ? { kind: 'typed', path, module } : { kind: 'files', path };
}
