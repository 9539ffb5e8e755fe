import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { RolecallError, type SourcePosition } from '../errors.ts';
import type { Role } from './role.ts';

const loaded = new Map<string, Promise<Role>>();

/**
 * The role that `role.ts` at an absolute path exports. In it, `rolecall` means this very installation.
 * Rejects with `role-invalid`.
 *
 * @example (await loadRole('/srv/site/roles/web/role.ts')).params
 */
export function loadRole(file: string): Promise<Role> {
  let role = loaded.get(file);
  if (!role) {
    role = importRole(file);
    loaded.set(file, role);
  }
  return role;
}

async function importRole(file: string): Promise<Role> {
  resolveOwnName();
  const at: SourcePosition = { file, line: 1, column: 1 };
  let exported: { readonly default?: unknown };
  try {
    exported = await import(pathToFileURL(file).href);
  } catch (error) {
    throw new RolecallError(
      {
        code: 'role-invalid',
        message: `the role cannot be loaded: ${messageOf(error)}`,
        at: placeIn(error, file) ?? at,
      },
      { cause: error },
    );
  }
  if (isRole(exported.default)) return exported.default;
  throw new RolecallError({
    code: 'role-invalid',
    message: 'its default export is no role',
    at,
    expected: 'export default defineRole({ … })',
  });
}

function isRole(value: unknown): value is Role {
  const role = value as Partial<Role> | undefined;
  return typeof role?.name === 'string' && typeof role.tasks === 'function' && !!role.params;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.split('\n')[0]! : String(error);
}

/** The first place of a stack that is in a file of the role. */
function placeIn(error: unknown, file: string): SourcePosition | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const folder = file.slice(0, file.lastIndexOf('/'));
  for (const [, path = '', line, column] of stack.matchAll(
    /(?:file:\/\/)?(\/[^\s:()]+):(\d+)(?::(\d+))?/g,
  )) {
    if (path.startsWith(folder))
      return { file: path, line: Number(line), column: Number(column ?? 1) };
  }
  return undefined;
}

let isResolved = false;

function resolveOwnName(): void {
  if (isResolved) return;
  isResolved = true;
  const source = new URL('../index.ts', import.meta.url);
  const own = existsSync(source) ? source.href : new URL('./index.js', import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'rolecall' ? { url: own, shortCircuit: true } : next(specifier, context),
  });
}
