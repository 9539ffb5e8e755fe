import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { programFor } from '../../src/cli/program.ts';
import { spellings } from '../../src/cli/spellings.ts';
import { engineActions } from '../../src/engine/actions/registry.ts';
import { errorCatalogue } from '../../src/errors.ts';
import { filters } from '../../src/jinja/filters/table.ts';
import { lookups } from '../../src/jinja/lookups/table.ts';
import { tests } from '../../src/jinja/tests/table.ts';
import { moduleLoaders } from '../../src/modules/registry.ts';
import { foreignModules } from '../../src/playbook/foreign-modules.ts';
import {
  keywords,
  loopControlKeywords,
  replacedKeywords,
  varsPromptKeywords,
  varsPromptUnsupported,
} from '../../src/playbook/keywords.ts';
import { loaderActions } from '../../src/playbook/module-names.ts';

const root = join(import.meta.dirname, '../..');
const guide = read('docs/guides/coming-from-ansible.md');

const allKeywords = Object.values(keywords).flatMap((table) => Object.entries(table));
const modules = new Set([
  ...Object.keys(moduleLoaders),
  ...engineActions().map(({ name }) => name),
  ...loaderActions,
]);
const program = await programFor(['run'], () => {});
const options = program.commands.find((command) => command.name() === 'run')!.options;

/** What each list of the guide has to name. */
const lists: Readonly<Record<string, Iterable<string>>> = {
  keywords: allKeywords.filter(([, { unsupported }]) => !unsupported).map(([name]) => name),
  'refused keywords': allKeywords
    .filter(([, { unsupported }]) => unsupported)
    .map(([name]) => name),
  loop_control: loopControlKeywords,
  vars_prompt: varsPromptKeywords,
  'refused vars_prompt': varsPromptUnsupported,
  'replaced keywords': Object.keys(replacedKeywords),
  modules,
  'refused modules': Object.keys(foreignModules).filter((name) => !modules.has(name)),
  filters: filters.keys(),
  tests: tests.keys(),
  lookups: lookups.keys(),
};

describe('coming from Ansible names what there is', () => {
  test.each(Object.entries(lists))('%s', (name, expected) => {
    expect(listed(name)).toEqual([...new Set(expected)].sort());
  });

  test('options: all that --help shows', () => {
    const shown = options.filter(({ hidden }) => !hidden).map(({ long }) => long);
    expect([...listed('options'), ...listed('own options')].sort()).toEqual(shown.sort());
  });

  test('refused options: none of them is shown or has another spelling', () => {
    const accepted = [...options.filter(({ hidden }) => !hidden).map(({ long }) => long)];
    expect(listed('refused options')).not.toEqual([]);
    for (const name of listed('refused options')) {
      expect(accepted).not.toContain(name);
      expect(Object.keys(spellings)).not.toContain(name);
    }
  });
});

test('docs/dependencies.md gives a reason and the version of each dependency', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'));
  const { packages } = JSON.parse(read('package-lock.json'));
  const text = read('docs/dependencies.md');
  const [reasons = '', versions = ''] = text.split('## How well they are kept');
  const rows = [...versions.matchAll(/^\| `([^`]+)` \| ([\d.]+) \|/gm)];
  const names = Object.keys({ ...dependencies, ...devDependencies }).sort();
  const explained = [...reasons.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell]) =>
    cell!.split(', '),
  );
  expect(explained.map((name) => name.replaceAll('`', '')).sort()).toEqual(names);
  expect(Object.fromEntries(rows.map(([, name, version]) => [name, version]))).toEqual(
    Object.fromEntries(names.map((name) => [name, packages[`node_modules/${name}`].version])),
  );
});

const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: root })].sort();

describe.each(pages)('%s', (page) => {
  const text = read(page);

  test('links lead somewhere', () => {
    const targets = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target]) => target!);
    const dead = targets.filter((target) => !leads(page, target));
    expect(dead).toEqual([]);
  });

  test('what it calls an error code is one', () => {
    const codes = [...text.matchAll(/^([a-z]+(?:-[a-z]+)+): /gm)].map(([, code]) => code!);
    expect(codes.filter((code) => !Object.hasOwn(errorCatalogue, code))).toEqual([]);
  });
});

/** The names between `<!-- list: NAME -->` and `<!-- end -->`, in order. */
function listed(name: string): string[] {
  const found = guide.split(`<!-- list: ${name} -->`)[1]?.split('<!-- end -->')[0];
  if (found === undefined) throw new Error(`the guide has no list '${name}'`);
  return [...found.matchAll(/`([^`]+)`/g)].map(([, entry]) => entry!).sort();
}

function leads(page: string, target: string): boolean {
  const [path = '', heading] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, file))) return false;
  if (heading === undefined) return true;
  const headings = [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, title]) => slug(title!));
  return headings.includes(heading);
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
