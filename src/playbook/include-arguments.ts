import type { SourcePosition } from '../errors.ts';
import { nearestName } from '../errors.ts';
import type { Mapping, Value } from '../values.ts';
import { readBoolean, readText } from './keyword-values.ts';
import { placeOfKey, placeOfValue } from './places.ts';
import type { RoleRequest } from './role-request.ts';
import type { Scope } from './scope.ts';

/** The arguments of import_role and include_role, without the role's keywords. */
export type RoleArguments = Omit<RoleRequest, 'common'>;

/** Reads the arguments of import_role or include_role; undefined (and a problem) without a name. */
export function readRoleArguments(
  args: Mapping,
  module: 'import_role' | 'include_role',
  at: SourcePosition,
  scope: Scope,
): RoleArguments | undefined {
  const { loading } = scope;
  const valid = module === 'import_role' ? roleArguments : [...roleArguments, 'apply'];
  for (const key of args.keys()) {
    if (valid.includes(key as string)) continue;
    loading.report({
      code: 'unknown-argument',
      message: `'${String(key)}' is no argument of ${module}`,
      at: placeOfKey(args, key, at),
      nearest: nearestName(String(key), valid),
    });
  }
  const entry = (keyword: string) => {
    const value: Value | undefined = args.get(keyword);
    return value === undefined
      ? undefined
      : { loading, keyword, value, at: placeOfValue(args, keyword, at) };
  };
  const text = (keyword: string) => {
    const found = entry(keyword);
    return found && readText(found);
  };
  const flag = (keyword: string, otherwise: boolean) => {
    const found = entry(keyword);
    const value = found && readBoolean(found);
    return typeof value === 'boolean' ? value : otherwise;
  };
  const named = entry('name') ?? entry('role');
  const name = named && readText(named);
  if (name === undefined || name === '') {
    loading.report({
      code: 'missing-argument',
      message: `${module} names no role`,
      at,
      expected: 'name: with the name of a role',
    });
    return undefined;
  }
  return {
    name,
    at: named!.at,
    params: new Map(),
    tasksFrom: text('tasks_from'),
    varsFrom: text('vars_from'),
    defaultsFrom: text('defaults_from'),
    handlersFrom: text('handlers_from'),
    allowDuplicates: flag('allow_duplicates', true),
    validate: flag('rolespec_validate', true),
    public: flag('public', module === 'import_role'),
  };
}

const roleArguments = [
  'name',
  'role',
  'tasks_from',
  'vars_from',
  'defaults_from',
  'handlers_from',
  'allow_duplicates',
  'rolespec_validate',
  'public',
];
