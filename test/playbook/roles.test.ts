import { describe, expect, test } from 'vitest';
import type { Block } from '../../src/playbook/play.ts';
import { flatten, loadPlays, problemsOf } from './support.ts';

const play = (roles: string) => `- hosts: all\n  roles:\n    - ${roles}\n`;
const names = (block: Block) => flatten([block]).map((task) => task.name);

describe('the parts of a role', () => {
  const files = {
    'site.yml': play(
      'role: web\n      vars: {port: 81}\n      tags: w\n      when: up\n      site: main',
    ),
    'roles/web/tasks/main.yaml': '- {name: one, ping: }',
    'roles/web/handlers/main.yml': '- {name: restart, ping: , listen: [again]}',
    'roles/web/defaults/main/a.yml': 'port: 80\nuser: a',
    'roles/web/defaults/main/b.yml': 'user: b',
    'roles/web/vars/main.yml': 'port: 82\nmode: x',
  };
  const [loaded] = loadPlays(files);
  const [block] = loaded!.roles;
  const role = block!.role!;

  test('tasks carry the scope of the role and the tags of the entry', () => {
    expect(block).toMatchObject({ tags: ['w'], when: [{ source: 'up' }] });
    const [task] = flatten([block!]);
    expect(task).toMatchObject({ name: 'one', tags: ['w'], folder: '/pb/roles/web/tasks' });
    expect(task!.role).toBe(role);
  });

  test('defaults may be a folder, vars of the entry win over those of the role', () => {
    expect(role).toMatchObject({ name: 'web', path: '/pb/roles/web', parents: [] });
    expect(role.defaults).toEqual(
      new Map<string, unknown>([
        ['port', 80],
        ['user', 'b'],
      ]),
    );
    expect(role.vars).toEqual(
      new Map<string, unknown>([
        ['port', 81],
        ['mode', 'x'],
      ]),
    );
    expect(role.params).toEqual(new Map([['site', 'main']]));
  });

  test('handlers join those of the play, under the keywords of the entry', () => {
    expect(loaded!.handlers).toMatchObject([{ kind: 'block', when: [{ source: 'up' }] }]);
    expect(flatten(loaded!.handlers)).toMatchObject([{ name: 'restart', listen: ['again'] }]);
    expect(role.handlers).toHaveLength(1);
    expect(loaded!.roleScopes).toEqual([role]);
  });
});

describe('dependencies', () => {
  const base = {
    'roles/app/meta/main.yml':
      'dependencies:\n  - role: base\n    level: 1\n  - common\ngalaxy_info: {a: b}',
    'roles/app/tasks/main.yml': '- {name: app, ping: }',
    'roles/app/defaults/main.yml': 'from_app: 1',
    'roles/base/meta/main.yml': 'dependencies: [common]',
    'roles/base/tasks/main.yml': '- {name: base, ping: }',
    'roles/base/defaults/main.yml': 'from_base: 1',
    'roles/common/tasks/main.yml': '- {name: common, ping: }',
  };

  test('run before the role, once for the same parameters', () => {
    const [loaded] = loadPlays({ ...base, 'site.yml': play('app\n    - common') });
    expect(loaded!.roles.flatMap(names)).toEqual(['common', 'base', 'app']);
  });

  test('run again with other parameters, or when the role allows it', () => {
    const twice = play('common\n    - {role: common, x: 1}\n    - {role: common, x: 1}');
    expect(loadPlays({ ...base, 'site.yml': twice })[0]!.roles).toHaveLength(2);
    const meta = { 'roles/common/meta/main.yml': 'allow_duplicates: yes' };
    expect(loadPlays({ ...base, ...meta, 'site.yml': twice })[0]!.roles).toHaveLength(3);
  });

  test('of roles under a condition do not count for roles under another', () => {
    const meta = {
      'roles/b/meta/main.yml': 'dependencies: [common]',
      'roles/c/meta/main.yml': 'dependencies: [common]',
    };
    const runs = (roles: string) =>
      loadPlays({ ...base, ...meta, 'site.yml': play(roles) })[0]!.roles.flatMap(names);
    expect(runs('{role: b, when: x}\n    - {role: c, when: y}')).toEqual(['common', 'common']);
    expect(runs('{role: b, when: x}\n    - {role: c, when: x}')).toEqual(['common']);
    expect(runs('{role: b, tags: x}\n    - {role: c, tags: y}')).toEqual(['common', 'common']);
    expect(runs('common\n    - {role: c, when: x}')).toEqual(['common']);
    expect(runs('b\n    - c')).toEqual(['common']);
  });

  test('are run again by import_role, which allows duplicates', () => {
    const text =
      '- hosts: all\n  tasks:\n    - import_role: {name: common}\n    - import_role: {name: common}\n';
    expect(flatten(loadPlays({ ...base, 'site.yml': text })[0]!.tasks)).toHaveLength(2);
  });

  test('know who called them, get its parameters, and lend it their defaults', () => {
    const [loaded] = loadPlays({ ...base, 'site.yml': play('{role: app, size: 3}') });
    const scopes = new Map(loaded!.roleScopes.map((scope) => [scope.name, scope]));
    expect(scopes.get('base')!.parents).toEqual(['app']);
    expect(scopes.get('common')!.parents).toEqual(['base', 'app']);
    expect(scopes.get('base')!.params).toEqual(
      new Map([
        ['size', 3],
        ['level', 1],
      ]),
    );
    expect(scopes.get('app')!.defaults.get('from_base')).toBe(1);
    expect(scopes.get('base')!.defaults.get('from_app')).toBe(1);
  });

  test('in a circle are named', () => {
    const found = problemsOf(() =>
      loadPlays({
        'site.yml': play('a'),
        'roles/a/meta/main.yml': 'dependencies: [b]',
        'roles/b/meta/main.yml': 'dependencies: [{role: a}]',
      }),
    );
    expect(found).toMatchObject([
      { code: 'include-cycle', at: { file: '/pb/roles/b/meta/main.yml', line: 1, column: 23 } },
    ]);
    expect(found[0]!.message).toMatch(/role a .* → role b .* → role a /);
  });
});

describe('where roles are found', () => {
  const cases: { name: string; folder: string }[] = [
    { name: 'web', folder: '/pb/roles/web' },
    { name: 'web', folder: '/lib/roles/web' },
    { name: 'web', folder: '/pb/web' },
    { name: 'extra/web', folder: '/pb/extra/web' },
    { name: '/opt/web', folder: '/opt/web' },
  ];
  test.each(cases)('$name in $folder', ({ name, folder }) => {
    const [loaded] = loadPlays({ 'site.yml': play(name), [`${folder}/tasks/main.yml`]: '- ping:' });
    expect(loaded!.roles[0]!.role).toMatchObject({ name: 'web', path: folder });
  });

  test('a misspelt name is answered with the nearest and the places searched', () => {
    const [problem] = problemsOf(() =>
      loadPlays({ 'site.yml': play('wbe'), 'roles/web/tasks/main.yml': '- ping:' }),
    );
    expect(problem).toMatchObject({ code: 'role-not-found', nearest: 'web' });
    expect(problem!.message).toContain('/lib/roles');
  });
});

describe('what is refused', () => {
  const cases: { file: string; text?: string; code: string; says: RegExp }[] = [
    { file: 'roles/web/library/thing.py', code: 'unsupported-plugin', says: /library\/thing\.py/ },
    { file: 'roles/web/filter_plugins/f.py', code: 'unsupported-plugin', says: /f\.py/ },
    { file: 'library/sub/thing.py', code: 'unsupported-plugin', says: /sub\/thing\.py/ },
    {
      file: 'roles/web/meta/main.yml',
      text: 'dependancies: []',
      code: 'unknown-keyword',
      says: /dependancies/,
    },
    { file: 'roles/web/vars/main.yml', text: '- a', code: 'playbook-syntax', says: /a list/ },
    { file: 'roles/web/defaults/main.yml', text: 'a-b: 1', code: 'invalid-keyword', says: /'a-b'/ },
    {
      file: 'roles/web/handlers/main.yml',
      text: '- {ping: , wen: x}',
      code: 'unknown-keyword',
      says: /handler/,
    },
    {
      file: 'roles/web/vars/main.yml',
      text: '$ANSIBLE_VAULT;1.1;AES256\n00',
      code: 'vault-failed',
      says: /no vault password/,
    },
  ];
  test.each(cases)('$file', ({ file, text, code, says }) => {
    const found = problemsOf(() =>
      loadPlays({
        'site.yml': play('web'),
        'roles/web/tasks/main.yml': '- ping:',
        'roles/web/library/__init__.py': '',
        [file]: text ?? '',
      }),
    );
    expect(found.map((problem) => problem.code)).toEqual([code]);
    expect(found[0]!.message).toMatch(says);
  });
});

describe('argument_specs', () => {
  const files = {
    'site.yml': play('{role: web, tags: t}'),
    'roles/web/meta/argument_specs.yml':
      'argument_specs:\n  main:\n    short_description: A site\n    options:\n      port: {type: int, required: true}',
    'roles/web/tasks/main.yml': '- {name: one, ping: }',
    'roles/web/tasks/other.yml': '- {name: two, ping: }',
  };

  test('are checked by the first task of the role', () => {
    const [check, one] = flatten([...loadPlays(files)[0]!.roles]);
    expect(one!.name).toBe('one');
    expect(check).toMatchObject({
      name: "Validating arguments against arg spec 'main' - A site",
      tags: ['t', 'always'],
      action: { module: 'validate_argument_spec' },
    });
    const args = check!.action.args as Map<string, Map<string, unknown>>;
    expect([...args.get('argument_spec')!.keys()]).toEqual(['port']);
    expect(args.get('validate_args_context')!.get('argument_spec_name')).toBe('main');
  });

  test.each(['tasks_from: other', 'rolespec_validate: no'])('are not for %s', (argument) => {
    const site = `- hosts: all\n  tasks:\n    - import_role: {name: web, ${argument}}\n`;
    const modules = flatten(loadPlays({ ...files, 'site.yml': site })[0]!.tasks).map(
      (task) => task.action.module,
    );
    expect(modules).toEqual(['ping']);
  });
});

describe('a typed role', () => {
  const files = { 'roles/web/role.ts': '', 'roles/web/tasks/main.yml': '- ping:' };

  test('is a block whose one task stands for its tasks; role.ts wins over files', () => {
    const [loaded] = loadPlays({
      ...files,
      'site.yml': play('{role: web, sites: [a], tags: [x]}'),
    });
    const [block] = loaded!.roles;
    const [task] = flatten(block!.block);
    expect(task!.typedRole!.module).toMatch(/roles\/web\/role\.ts$/);
    expect(task!.tags).toEqual(['x']);
    expect(block!.role!.params).toEqual(new Map([['sites', ['a']]]));
  });

  test('tasks_from names an entry point', () => {
    const tasks = '- hosts: all\n  tasks: [{import_role: {name: web, tasks_from: promote.yml}}]';
    const [loaded] = loadPlays({ ...files, 'site.yml': tasks });
    expect(flatten(loaded!.tasks)[0]!.typedRole!.entryPoint).toBe('promote');
  });

  test('has no vars files of another name', () => {
    const tasks = '- hosts: all\n  tasks: [{import_role: {name: web, vars_from: other}}]';
    const found = problemsOf(() => loadPlays({ ...files, 'site.yml': tasks }));
    expect(found.map(({ code, message }) => [code, message])).toEqual([
      ['unsupported', "vars_from: 'web' is a typed role, which has no such files"],
    ]);
  });
});
