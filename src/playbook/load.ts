import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Mapping, Value } from '../values.ts';
import { readKeywords, reportUnknownKeyword } from './common.ts';
import type { PlaybookContext } from './context.ts';
import { keywords } from './keywords.ts';
import { Loading } from './loading.ts';
import { shortName } from './module-names.ts';
import { needProblems } from './needs.ts';
import { readNodes } from './nodes.ts';
import { kindOf, mergeMappings, placeOf, placeOfKey, placeOfValue } from './places.ts';
import type { Condition, Play } from './play.ts';
import { readPlay } from './plays.ts';
import { reportPlugins } from './plugins.ts';
import { enter, type Scope } from './scope.ts';
import { staticName } from './static-names.ts';

/** The plays of a playbook in order, those of imported playbooks in their place. */
export interface LoadedPlaybook {
  /** Absolute path. */
  readonly file: string;
  readonly plays: readonly Play[];
}

/**
 * Reads a playbook with everything that it names statically: roles, imports, handlers. Executes
 * nothing. Throws one RolecallError with every problem found, each with its place.
 *
 * @example loadPlaybook('site.yml', { rolesPath: [], knownModules, extraVars: new Map() }).plays[0].hosts
 */
export function loadPlaybook(file: string, context: PlaybookContext): LoadedPlaybook {
  const { playbook, loading } = readPlaybook(file, context);
  loading.finish();
  return playbook;
}

/** Like `loadPlaybook`, with what could be read although there are problems. */
export function readPlaybook(file: string, context: PlaybookContext) {
  const loading = new Loading(context);
  const path = resolve(file);
  const plays = readFile(path, {
    loading,
    at: { file: path, line: 1, column: 1 },
    file: path,
    playFolder: dirname(path),
    folder: dirname(path),
    tags: [],
    vars: new Map(),
    handlers: false,
    stack: [path],
    outerStack: [],
    around: '',
    readNodes,
  });
  // a play that could not be read would only seem to be missing
  if (loading.problems.length === 0) {
    for (const problem of needProblems(plays)) loading.report(problem);
  }
  return { playbook: { file: path, plays } satisfies LoadedPlaybook, loading };
}

type OuterScope = Omit<Scope, 'play'>;

function readFile(path: string, scope: OuterScope): Play[] {
  const { loading } = scope;
  const value = loading.yaml(path, scope.stack.length > 1 ? scope.at : undefined);
  if (value === undefined) return [];
  const at = { file: path, line: 1, column: 1 };
  reportPlugins(loading, dirname(path), at);
  if (!Array.isArray(value) || value.length === 0) {
    loading.report({
      code: 'playbook-syntax',
      message: `the playbook holds ${Array.isArray(value) ? 'no plays' : kindOf(value)}`,
      at: placeOf(value, at),
      expected: 'a list of plays, each beginning with - hosts:',
    });
    return [];
  }
  return value.flatMap((item, index) => {
    const itemAt = placeOfValue(value, index, at);
    return readEntry(item, { ...scope, file: path, at: itemAt });
  });
}

function readEntry(item: Value, scope: OuterScope): Play[] {
  if (!(item instanceof Map)) {
    scope.loading.report({
      code: 'playbook-syntax',
      message: `an entry of the playbook is ${kindOf(item)}`,
      at: scope.at,
      expected: 'a play: a mapping with hosts',
    });
    return [];
  }
  const key = [...item.keys()].find(
    (name) => typeof name === 'string' && shortName(name) === 'import_playbook',
  );
  if (typeof key === 'string') return readImport(item, key, scope);
  const play = readPlay(item, scope);
  return play ? [play] : [];
}

function readImport(mapping: Mapping, key: string, scope: OuterScope): Play[] {
  const { loading } = scope;
  const at = placeOfValue(mapping, key, scope.at);
  const inner = {
    ...scope,
    play: { roleHandlers: [], roleScopes: [], seenRoles: new Map() },
  };
  for (const name of mapping.keys()) {
    if (name === key) continue;
    if (typeof name === 'string' && Object.hasOwn(keywords.import_playbook, name)) continue;
    reportUnknownKeyword(loading, 'import_playbook', name, placeOfKey(mapping, name, scope.at));
  }
  const common = readKeywords(mapping, 'import_playbook', inner);
  const value = mapping.get(key)!;
  if (typeof value !== 'string' || value.trim() === '') {
    loading.report({
      code: 'invalid-keyword',
      message: `import_playbook is ${kindOf(value)}`,
      at,
      expected: 'the name of a playbook file',
    });
    return [];
  }
  const name = staticName(value.trim(), 'import_playbook', at, common.vars, inner);
  if (name === undefined) return [];
  const path = isAbsolute(name) ? name : join(dirname(scope.file), name);
  const entered = enter(inner, path, at);
  if (!entered) return [];
  const { play: _play, ...rest } = entered;
  const vars = mergeMappings([scope.vars, common.vars]);
  const plays = readFile(path, {
    ...rest,
    at,
    playFolder: dirname(path),
    folder: dirname(path),
    tags: common.tags,
    vars,
  });
  return plays.map((play) => underImport(play, common.when, common.vars));
}

/** Conditions and variables of import_playbook hold for each of its plays. */
function underImport(play: Play, when: readonly Condition[], vars: Mapping | undefined): Play {
  return {
    ...play,
    when: [...when, ...play.when],
    ...(vars && { vars: mergeMappings([play.vars, vars]) }),
  };
}
