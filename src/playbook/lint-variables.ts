import { join } from 'node:path';
import { nearestName, type Problem, RolecallError } from '../errors.ts';
import { globals } from '../jinja/runtime/globals.ts';
import type { Mapping, Value } from '../values.ts';
import { loadYaml } from '../yaml/load.ts';
import { isTemplate } from './keyword-values.ts';
import { filePlaces, varsFilePath } from './lint-files.ts';
import type { Met, Reached } from './lint-walk.ts';
import type { Loading, VariableUse } from './loading.ts';
import { offsetOfName } from './name-uses.ts';
import type { Play, RoleScope, Task } from './play.ts';
import { positionInScalar } from './scalar-positions.ts';

const functions: ReadonlySet<string> = new Set([
  ...globals.keys(),
  'lookup',
  'query',
  'q',
  'lipsum',
]);
/** Names that exist in every template; everything that begins with `ansible_` may be a fact. */
const always = [
  ...functions,
  ...['vars', 'hostvars', 'groups', 'group_names', 'omit', 'item', 'environment', 'play_hosts'],
  ...['inventory_hostname', 'inventory_hostname_short', 'inventory_dir', 'inventory_file'],
  ...['playbook_dir', 'role_name', 'role_names', 'role_path', 'services', 'packages'],
  ...['template_host', 'template_path', 'template_fullpath', 'template_uid', 'template_mtime'],
  ...['template_destpath', 'template_run_date', 'self', 'caller', 'loop', 'varargs', 'kwargs'],
];

/** Warnings for names that templates use and nothing defines, as far as the sources show. */
export function undefinedVariables(
  reached: readonly Reached[],
  loading: Loading,
  inventoryNames: Iterable<string>,
): Problem[] {
  const names = new Names(loading, inventoryNames);
  for (const each of reached) names.addPlay(each);
  if (names.open) return [];
  const optional = new Set(loading.uses.filter((use) => use.guarded).map((use) => use.name));
  const told = new Set<string>();
  return loading.uses.flatMap((use): Problem[] => {
    const { name, guarded } = use;
    if (guarded || optional.has(name) || names.has(name)) return [];
    const at = placeOfUse(use, loading);
    const key = [name, at.file, at.line, at.column].join('\0');
    if (told.has(key)) return [];
    told.add(key);
    return [
      {
        code: 'possibly-undefined',
        message: `nothing defines the variable '${name}'`,
        at,
        nearest: nearestName(name, names.known.difference(functions)),
      },
    ];
  });
}

function placeOfUse({ name, text, at, isExpression }: VariableUse, loading: Loading) {
  const offset = offsetOfName(text, name, isExpression);
  return positionInScalar(loading.sourceLines(at.file), at, text, offset);
}

class Names {
  readonly known: Set<string>;
  /** Set when variables come from a file that cannot be read now. */
  open = false;
  private readonly patterns: RegExp[] = [];
  private readonly loading: Loading;
  private readonly files = new Set<string>();

  constructor(loading: Loading, inventoryNames: Iterable<string>) {
    this.loading = loading;
    this.known = new Set([...always, ...inventoryNames]);
    this.mapping(loading.context.extraVars);
  }

  has(name: string): boolean {
    if (/^(ansible_|getent_|facter_|ohai_)/.test(name) || this.known.has(name)) return true;
    return this.patterns.some((pattern) => pattern.test(name));
  }

  addPlay({ play, tasks, blocks }: Reached): void {
    this.mapping(play.vars);
    for (const { name } of play.varsPrompt) this.known.add(name);
    for (const entry of play.varsFiles) this.varsFile(entry, play);
    for (const role of play.roleScopes) this.role(role);
    for (const folder of ['group_vars', 'host_vars']) this.folder(join(play.folder, folder));
    for (const block of blocks) {
      this.mapping(block.vars);
      if (block.role) this.role(block.role);
    }
    for (const met of tasks) this.task(met);
  }

  private task({ task, play }: Met): void {
    this.mapping(task.vars);
    this.name(task.register);
    this.name(task.loop?.loopVar);
    this.name(task.loop?.indexVar);
    const { module, args } = task.action;
    if (module === 'set_fact' || module === 'add_host') {
      if (args instanceof Map) this.mapping(args);
      else this.open = true;
    }
    if (module === 'include_vars') this.includeVars(task, play);
    if (task.role) this.role(task.role);
  }

  private role(role: RoleScope): void {
    for (const mapping of [role.defaults, role.vars, role.params]) this.mapping(mapping);
    for (const spec of role.argumentSpecs?.values() ?? []) {
      const options = spec instanceof Map ? spec.get('options') : undefined;
      if (options instanceof Map) this.mapping(options);
    }
  }

  /** A file whose name holds templates may be any in the folders where it would be searched. */
  private includeVars(task: Task, play: Play): void {
    const { args } = task.action;
    if (!(args instanceof Map)) {
      this.open = true;
      return;
    }
    this.name(args.get('name'));
    const dir = args.get('dir');
    const name = dir ?? args.get('file') ?? args.get('_raw_params');
    if (typeof name !== 'string') return;
    if (!isTemplate(name)) {
      for (const path of filePlaces(name, 'vars', task, play)) this.path(path);
      return;
    }
    const start = name.slice(0, name.search(/\{[{%#]/)).replace(/[^/]*$/, '');
    for (const path of filePlaces(start === '' ? 'vars' : start, 'vars', task, play)) {
      if (path !== task.folder && path !== play.folder) this.path(path);
    }
  }

  private varsFile(entry: Value, play: Play): void {
    for (const name of [entry].flat()) {
      if (typeof name !== 'string' || isTemplate(name)) {
        const start = String(name).slice(0, Math.max(0, String(name).search(/\{[{%#]/)));
        this.path(varsFilePath(start.replace(/[^/]*$/, '') || 'vars', play));
      } else this.path(varsFilePath(name, play));
    }
  }

  private path(path: string): void {
    const kind = this.loading.files.kind(path);
    if (kind === 'file') this.file(path);
    if (kind === 'folder') this.folder(path);
  }

  private folder(path: string, depth = 0): void {
    const { files } = this.loading;
    if (depth > 8 || this.files.has(path) || files.kind(path) !== 'folder') return;
    this.files.add(path);
    for (const name of files.list(path)) {
      const inner = join(path, name);
      if (files.kind(inner) === 'folder') this.folder(inner, depth + 1);
      else if (/\.(ya?ml|json)$|^[^.]+$/.test(name)) this.file(inner);
    }
  }

  private file(path: string): void {
    if (this.files.has(path)) return;
    this.files.add(path);
    try {
      this.mapping(loadYaml(this.text(path), path));
    } catch (error) {
      if (!(error instanceof RolecallError)) throw error;
      this.open = true;
    }
  }

  private text(path: string): Buffer | string {
    const source = this.loading.read(path);
    const text = source.toString();
    if (!text.startsWith('$ANSIBLE_VAULT;')) return source;
    const { vault } = this.loading.context;
    if (vault) return vault.decrypt(text, path);
    this.open = true;
    return '';
  }

  private mapping(value: Value | undefined): void {
    if (!(value instanceof Map)) return;
    for (const key of (value as Mapping).keys()) this.name(key);
  }

  /** A name with templates in it stands for all names that fit. */
  private name(name: Value | undefined): void {
    if (typeof name !== 'string') return;
    if (!isTemplate(name)) {
      this.known.add(name);
      return;
    }
    const parts = name.split(/\{\{.*?\}\}/).map((part) => part.replace(/[^\w]/g, '.'));
    this.patterns.push(new RegExp(`^${parts.join('.*')}$`));
  }
}
