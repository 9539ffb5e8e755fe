import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const files = globSync('src/**/*.{ts,js}', { cwd: root }).sort();
const imports = new Map(files.map((file) => [file, importsOf(file)]));

/** Who may import whom (docs/architecture.md): folder → folders besides its own. */
const leaves = ['errors', 'values', 'events', 'regex'];
const allowed: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  values: ['errors'],
  regex: [],
  events: ['errors', 'values'],
  shell: leaves,
  yaml: [...leaves],
  jinja: [...leaves],
  schema: [...leaves],
  inventory: [...leaves, 'yaml', 'shell'],
  playbook: [...leaves, 'yaml', 'jinja', 'schema'],
  variables: [...leaves, 'yaml', 'jinja', 'inventory', 'playbook'],
  observe: [...leaves, 'shell'],
  connection: [...leaves, 'shell'],
  modules: [...leaves, 'observe', 'shell', 'connection'],
  roles: [...leaves, 'observe', 'modules'],
  site: [...leaves, 'roles'],
  engine: [
    ...[...leaves, 'yaml', 'jinja', 'schema', 'inventory', 'playbook', 'variables'],
    ...['observe', 'modules', 'connection', 'shell', 'roles', 'timings'],
  ],
  history: [...leaves],
  reporters: [...leaves, 'shell'],
  plan: [...leaves, 'observe', 'modules', 'engine', 'reporters'],
  timings: [...leaves, 'connection'],
  drift: [...leaves, 'schema', 'shell', 'yaml'],
  lab: [...leaves, 'shell'],
  setup: [],
};

/** Packages that only some files may import. */
const confined: Readonly<Record<string, RegExp>> = {
  yaml: /^src\/(yaml|jinja\/filters|cli|lab)\//,
  ajv: /^src\/(schema|cli\/build)\//,
  'node-ssh': /^src\/connection\//,
  ssh2: /^src\/connection\//,
  croner: /^src\/drift\//,
  zx: /^src\/(connection|lab|setup)\//,
  listr2: /^src\/reporters\//,
  commander: /^src\/cli\//,
  vitest: /^$/,
};

describe('who imports whom', () => {
  test('there are files to look at', () => {
    expect(files.length).toBeGreaterThan(100);
  });

  test('folders import only what lies below them', () => {
    const wrong = [...imports].flatMap(([file, targets]) =>
      targets.local
        .filter((target) => !mayImport(layerOf(file), layerOf(target)))
        .map((target) => `${file} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('packages stay where they belong', () => {
    const wrong = [...imports].flatMap(([file, targets]) =>
      targets.packages
        .filter((name) => confined[name] && !confined[name].test(file))
        .map((name) => `${file} → ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test('docs/architecture.md says the same', () => {
    expect(documented()).toEqual(
      Object.fromEntries(
        Object.entries(allowed).map(([layer, others]) => [layer, [...others].sort()]),
      ),
    );
  });

  test('nothing imports in a circle', () => {
    expect(cycles()).toEqual([]);
  });
});

/** The table of folders in the docs: those that may import everything are left out. */
function documented(): Record<string, string[]> {
  const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const rows = text.matchAll(/^\| `src\/(\w+)(?:\.ts|\/)` \|[^|]*\| ([^|]*) \|$/gm);
  return Object.fromEntries(
    [...rows]
      .filter(([, , others]) => others !== 'everything')
      .map(([, layer, others]) => [
        layer,
        others === '–'
          ? []
          : others!
              .split(', ')
              .flatMap((name) => (name === 'leaves' ? leaves : [name]))
              .sort(),
      ]),
  );
}

function mayImport(from: string, to: string): boolean {
  if (from === to || from === 'cli' || from === 'index') return true;
  return allowed[from]?.includes(to) ?? false;
}

function layerOf(file: string): string {
  const [, first = ''] = file.split('/');
  return first.replace(/\.(ts|js)$/, '');
}

interface Imports {
  /** Files of the project, relative to its root. */
  readonly local: readonly string[];
  readonly packages: readonly string[];
  /** Local ones that exist at run time. */
  readonly values: readonly string[];
}

function importsOf(file: string): Imports {
  const text = readFileSync(join(root, file), 'utf8');
  const found = [
    ...text.matchAll(/(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/g),
    ...text.matchAll(/()\bimport\('([^']+)'\)/g),
  ].map(([, type, specifier]) => ({ type: Boolean(type), specifier: specifier! }));
  const local = found.filter(({ specifier }) => specifier.startsWith('.'));
  const resolve = (specifier: string) => normalize(join(dirname(file), specifier));
  return {
    local: local.map(({ specifier }) => resolve(specifier)),
    values: local.filter(({ type }) => !type).map(({ specifier }) => resolve(specifier)),
    packages: found
      .map(({ specifier }) => specifier)
      .filter((specifier) => !/^(\.|node:)/.test(specifier))
      .map((specifier) =>
        specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/'),
      ),
  };
}

function cycles(): string[] {
  const found = new Set<string>();
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      found.add([...path.slice(start), file].map((name) => relative('src', name)).join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const next of imports.get(file)?.values ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return [...found];
}
