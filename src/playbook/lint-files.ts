import { isAbsolute, join } from 'node:path';
import type { SourcePosition } from '../errors.ts';
import type { Mapping, Value } from '../values.ts';
import { isTemplate } from './keyword-values.ts';
import type { Met } from './lint-walk.ts';
import type { Loading } from './loading.ts';
import { placeOfValue } from './places.ts';
import type { Play, Task } from './play.ts';

/** The file on the controller that a task names without templates. */
interface NamedFile {
  readonly name: string;
  /** Folder of a role in which such files are: `files`, `templates`, `vars`. */
  readonly kind: 'files' | 'templates' | 'vars';
  readonly at: SourcePosition;
}

/** Reports a file that a task names and that is in none of the places; its path when it is there. */
export function checkNamedFile(met: Met, loading: Loading): string | undefined {
  const named = namedFile(met.task);
  if (!named) return undefined;
  const places = filePlaces(named.name, named.kind, met.task, met.play);
  const found = places.find((path) => loading.files.kind(path) !== undefined);
  if (!found) {
    loading.report({
      code: 'source-not-found',
      message: `there is no ${named.kind === 'templates' ? 'template' : 'file'} '${named.name}' for ${met.task.action.module}`,
      at: named.at,
      hint: `Searched: ${places.join(', ')}.`,
    });
  }
  return found;
}

/** Where a file that a task names is searched, in order. */
export function filePlaces(name: string, kind: string, task: Task, play: Play): string[] {
  if (isAbsolute(name)) return [name];
  const bases = [...(task.role ? [task.role.path] : []), task.folder, play.folder];
  return [...new Set(bases.flatMap((base) => [join(base, kind, name), join(base, name)]))];
}

/** Reports files of vars_files that do not exist. */
export function checkVarsFiles(play: Play, loading: Loading): void {
  for (const entry of play.varsFiles) {
    const names = [entry].flat();
    if (names.some((name) => typeof name !== 'string' || isTemplate(name))) continue;
    const places = names.map((name) => varsFilePath(String(name), play));
    if (places.some((path) => loading.files.kind(path) === 'file')) continue;
    loading.report({
      code: 'source-not-found',
      message: `there is no vars file '${names.join("', '")}'`,
      at: play.at,
      hint: `Searched: ${places.join(', ')}.`,
    });
  }
}

export function varsFilePath(name: string, play: Play): string {
  return isAbsolute(name) ? name : join(play.folder, name);
}

function namedFile(task: Task): NamedFile | undefined {
  const { module, args, at } = task.action;
  if (!(args instanceof Map)) return undefined;
  const from = (key: string, kind: NamedFile['kind'], text = args.get(key)) => {
    if (typeof text !== 'string' || text === '' || isTemplate(text) || text.startsWith('~')) {
      return undefined;
    }
    return { name: text, kind, at: placeOfValue(args, key, at) };
  };
  switch (module) {
    case 'template':
      return from('src', 'templates');
    case 'copy':
      return isLocal(args) && !args.has('content') ? from('src', 'files') : undefined;
    case 'unarchive':
      return isLocal(args) && !String(args.get('src')).includes('://')
        ? from('src', 'files')
        : undefined;
    case 'script':
      return from('_raw_params', 'files', firstWord(args.get('_raw_params')));
    case 'include_vars':
      return args.has('dir') ? undefined : from(args.has('file') ? 'file' : '_raw_params', 'vars');
    default:
      return undefined;
  }
}

/** remote_src (or the older copy: no) takes the file on the host. */
function isLocal(args: Mapping): boolean {
  const remote = args.get('remote_src') ?? false;
  const copied = args.get('copy') ?? true;
  return isWord(remote, ['false', 'no']) && isWord(copied, ['true', 'yes']);
}

function isWord(value: Value, words: readonly string[]): boolean {
  return words.includes(String(value).toLowerCase());
}

function firstWord(value: Value | undefined): Value | undefined {
  return typeof value === 'string' && !isTemplate(value) ? value.trim().split(/\s+/)[0] : undefined;
}
