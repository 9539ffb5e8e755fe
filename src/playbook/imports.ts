import { dirname, isAbsolute, join } from 'node:path';
import type { SourcePosition } from '../errors.ts';
import { nearestName } from '../errors.ts';
import type { Mapping, Value } from '../values.ts';
import { readAction } from './actions.ts';
import { readKeywords } from './common.ts';
import { readRoleArguments } from './include-arguments.ts';
import { placeOfKey, placeOfValue } from './places.ts';
import type { Block, Common } from './play.ts';
import { readRole } from './roles.ts';
import { enter, type Scope } from './scope.ts';
import { staticName } from './static-names.ts';

/** A static import of a tasks file: its tasks as a block that has the keywords of the import. */
export function readImportTasks(mapping: Mapping, scope: Scope): Block | undefined {
  const read = readImport(mapping, 'import_tasks', scope);
  if (!read) return undefined;
  const { args, common, at } = read;
  const name = args.get('_raw_params') ?? args.get('file');
  for (const key of args.keys()) {
    if (key === '_raw_params' || key === 'file') continue;
    reportArgument(key, 'import_tasks', ['file'], placeOfKey(args, key, at), scope);
  }
  if (typeof name !== 'string' || name === '') {
    scope.loading.report({
      code: 'missing-argument',
      message: 'import_tasks names no file',
      at,
    });
    return undefined;
  }
  const nameAt = placeOfValue(args, args.has('file') ? 'file' : '_raw_params', at);
  const file = staticName(name, 'import_tasks', nameAt, common.vars, scope);
  if (file === undefined) return undefined;
  const path = findTasksFile(file, scope);
  if (!path) {
    scope.loading.report({
      code: 'source-not-found',
      message: `there is no tasks file '${file}'`,
      at: nameAt,
      hint: `Searched: ${taskFilePlaces(file, scope).join(', ')}.`,
    });
    return undefined;
  }
  return readTasksFile(path, common, nameAt, scope);
}

/** A static import of a role. */
export function readImportRole(mapping: Mapping, scope: Scope): Block | undefined {
  const read = readImport(mapping, 'import_role', scope);
  if (!read) return undefined;
  const request = readRoleArguments(read.args, 'import_role', read.at, scope);
  if (!request) return undefined;
  const name = staticName(request.name, 'import_role', request.at, read.common.vars, scope);
  if (name === undefined) return undefined;
  const around = `${read.at.file}:${read.at.line}`;
  return readRole({ ...request, name, common: read.common }, { ...scope, around });
}

/** The tasks of a file as one block. Reports what is wrong and then gives an empty block. */
export function readTasksFile(
  path: string,
  common: Common,
  at: SourcePosition,
  scope: Scope,
): Block {
  const inner = enter(scope, path, at);
  const list = inner?.loading.yaml(path, at);
  const block = inner
    ? scope.readNodes(list, path, {
        ...inner,
        at: { file: path, line: 1, column: 1 },
        file: path,
        folder: dirname(path),
        tags: common.tags,
      })
    : [];
  const { notify = [] } = common as Partial<Block>;
  return { ...common, kind: 'block', block, rescue: [], always: [], notify };
}

/** Absolute path of a tasks file that a task names, undefined when it is in none of the places. */
export function findTasksFile(name: string, scope: TaskPlaces): string | undefined {
  return taskFilePlaces(name, scope).find((path) => scope.loading.files.kind(path) === 'file');
}

/** Where a tasks file is searched, in order. */
export function taskFilePlaces(name: string, scope: TaskPlaces): string[] {
  if (isAbsolute(name)) return [name];
  const role = scope.role;
  const places = [join(scope.folder, name)];
  if (role) {
    places.push(
      join(role.path, scope.handlers ? 'handlers' : 'tasks', name),
      join(role.path, name),
    );
  }
  places.push(join(scope.playFolder, name));
  return [...new Set(places)];
}

type TaskPlaces = Pick<Scope, 'loading' | 'folder' | 'role' | 'handlers' | 'playFolder'>;

function readImport(mapping: Mapping, module: string, scope: Scope) {
  const level = scope.handlers ? 'handler' : 'task';
  const read = readAction(mapping, level, scope);
  const keywords = readKeywords(mapping, level, scope);
  checkKeys(mapping, module, scope);
  if (!read) return undefined;
  const { action } = read;
  if (!(action.args instanceof Map)) {
    scope.loading.report({
      code: 'invalid-argument',
      message: `the arguments of ${module} cannot be one template`,
      at: action.at,
    });
    return undefined;
  }
  const { until: _until, listen: _listen, ...common } = keywords;
  return { args: action.args, common: common as Common, at: action.at };
}

function checkKeys(mapping: Mapping, module: string, scope: Scope): void {
  for (const key of mapping.keys()) {
    if (typeof key !== 'string') continue;
    const at = placeOfKey(mapping, key, scope.at);
    if (key === 'loop' || key.startsWith('with_')) {
      scope.loading.report({
        code: 'playbook-syntax',
        message: `'${key}' cannot be used on ${module}, which is read before anything runs`,
        at,
        hint: `Use ${module.replace('import', 'include')}.`,
      });
    } else if (withoutEffect.has(key)) {
      scope.loading.warnings.push({
        code: 'no-effect',
        message: `'${key}' has no effect on ${module}: it is not a task of its own`,
        at,
      });
    }
  }
}

const withoutEffect = new Set([
  'async',
  'changed_when',
  'delay',
  'failed_when',
  'loop_control',
  'poll',
  'register',
  'retries',
  'until',
]);

function reportArgument(
  key: Value,
  module: string,
  valid: readonly string[],
  at: SourcePosition,
  scope: Scope,
): void {
  scope.loading.report({
    code: 'unknown-argument',
    message: `'${String(key)}' is no argument of ${module}`,
    at,
    nearest: nearestName(String(key), valid),
    hint: key === 'apply' ? `Write the keywords on ${module} itself.` : undefined,
  });
}
