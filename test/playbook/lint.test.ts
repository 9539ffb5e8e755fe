import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type LintContext, lintPlaybook } from '../../src/playbook/lint.ts';
import { contextOf, indent, knownModules } from './support.ts';

type Files = Readonly<Record<string, string>>;

function lint(files: Files | string, more: Partial<LintContext> = {}) {
  const texts = typeof files === 'string' ? { 'site.yml': files } : files;
  return lintPlaybook('/pb/site.yml', { ...contextOf(texts), ...more });
}

const site = (tasks: string, more = '') => `- hosts: all\n  tasks:\n${indent(tasks)}\n${more}`;

describe('handlers', () => {
  const handlers = '  handlers:\n    - {name: restart web, ping: , listen: [web changed]}\n';
  const role = {
    'roles/web/tasks/main.yml': '- ping:',
    'roles/web/handlers/main.yml': '- {name: reload, ping: }',
  };
  const cases: {
    tasks: string;
    more?: string;
    files?: Files;
    nearest?: string;
    unknown: string[];
  }[] = [
    { tasks: '- {ping: , notify: restart web}', more: handlers, unknown: [] },
    { tasks: '- {ping: , notify: web changed}', more: handlers, unknown: [] },
    { tasks: '- {ping: , notify: [restart wbe]}', more: handlers, unknown: ['restart wbe'] },
    { tasks: '- {ping: , notify: "{{ x }}", vars: {x: 1}}', more: handlers, unknown: [] },
    { tasks: '- block: [{ping: }]\n  notify: nothing', more: handlers, unknown: ['nothing'] },
    { tasks: '- {ping: , notify: reload}', more: '  roles: [web]', files: role, unknown: [] },
    {
      tasks: '- {ping: , notify: "web : reload"}',
      more: '  roles: [web]',
      files: role,
      unknown: [],
    },
    { tasks: '- include_role: {name: web}\n- {ping: , notify: reload}', files: role, unknown: [] },
    {
      tasks: '- include_role: {name: "{{ r }}"}\n  vars: {r: web}\n- {ping: , notify: x}',
      unknown: [],
    },
    { tasks: '- {ping: , notify: x}', unknown: ['x'] },
  ];
  test.each(cases)('$tasks $more', ({ tasks, more, files, unknown }) => {
    const { problems } = lint({ 'site.yml': site(tasks, more), ...files });
    expect(problems.map(({ code }) => code)).toEqual(unknown.map(() => 'unknown-handler'));
    for (const [index, name] of unknown.entries()) {
      expect(problems[index]!.message).toContain(`'${name}'`);
    }
  });
});

describe('variables that nothing defines', () => {
  const cases: { tasks: string; more?: string; files?: Files; missing: string[] }[] = [
    { tasks: '- debug: {msg: "{{ nam }}"}\n  vars: {name: 1}', missing: ['nam'] },
    { tasks: '- debug: {msg: "{{ a | default(1) }}"}', missing: [] },
    { tasks: '- {ping: , when: "a is defined and a"}', missing: [] },
    { tasks: '- {ping: , when: [a is defined, a.b == 1]}', missing: [] },
    { tasks: '- {ping: , when: a.rc == 0}', missing: ['a'] },
    { tasks: '- {ping: , register: a}\n- {ping: , when: a is changed}', missing: [] },
    { tasks: '- set_fact: {a: 1}\n- debug: {msg: "{{ a }}"}', missing: [] },
    {
      tasks: '- set_fact: {"{{ n }}_x": 1}\n  vars: {n: a}\n- debug: {msg: "{{ a_x }} {{ a_y }}"}',
      missing: ['a_y'],
    },
    { tasks: '- {ping: , loop: [1], when: item == 1}', missing: [] },
    { tasks: '- {ping: , loop: [1], loop_control: {loop_var: u}, when: u == 1}', missing: [] },
    {
      tasks: '- debug: {msg: "{{ ansible_hostname }} {{ inventory_hostname }} {{ groups }}"}',
      missing: [],
    },
    { tasks: "- debug: {msg: \"{{ lookup('env', 'HOME') }} {{ range(3) | list }}\"}", missing: [] },
    {
      tasks: '- debug: {msg: "{% for i in range(2) %}{{ i }}{{ j }}{% endfor %}"}',
      missing: ['j'],
    },
    { tasks: '- debug: {msg: "{{ a }}"}', more: '  vars: {a: 1}', missing: [] },
    { tasks: '- debug: {msg: "{{ a }}"}', more: '  vars_prompt: [{name: a}]', missing: [] },
    {
      tasks: '- debug: {msg: "{{ a }}"}',
      more: '  vars_files: v.yml',
      files: { 'v.yml': 'a: 1' },
      missing: [],
    },
    {
      tasks: '- debug: {msg: "{{ a }}"}',
      more: '  vars_files: ["vars/{{ os }}.yml"]',
      files: { 'vars/x.yml': 'a: 1' },
      missing: ['os'],
    },
    {
      tasks: '- include_vars: v.yml\n- debug: {msg: "{{ a }}"}',
      files: { 'vars/v.yml': 'a: 1' },
      missing: [],
    },
    {
      tasks: '- include_vars: "{{ ansible_os_family }}.yml"\n- debug: {msg: "{{ a }}"}',
      files: { 'vars/D.yml': 'a: 1' },
      missing: [],
    },
    { tasks: '- debug: {msg: "{{ a }}"}', files: { 'group_vars/web/x.yml': 'a: 1' }, missing: [] },
    { tasks: '- debug: {msg: "{{ a }}"}', files: { 'host_vars/h.yml': 'a: 1' }, missing: [] },
    {
      tasks: '- debug: {msg: "{{ a }}"}',
      files: { 'group_vars/all.yml': '$ANSIBLE_VAULT;1.1;AES256\n00' },
      missing: [],
    },
    { tasks: '- add_host: {name: x, colour: red}\n- debug: {msg: "{{ colour }}"}', missing: [] },
    { tasks: '- debug: {msg: "{{ from_inventory }}"}', missing: [] },
    {
      tasks: '- include_tasks: more.yml',
      files: { 'more.yml': '- debug: {msg: "{{ a }}"}' },
      missing: ['a'],
    },
    {
      tasks: '- include_tasks: more.yml\n  vars: {a: 1}',
      files: { 'more.yml': '- debug: {msg: "{{ a }}"}' },
      missing: [],
    },
    {
      tasks: '- template: {src: x.j2, dest: /x}',
      files: { 'templates/x.j2': 'one\ntwo {{ b }}' },
      missing: ['b'],
    },
  ];
  test.each(cases)('$tasks $more $files', ({ tasks, more, files, missing }) => {
    const report = lint(
      { 'site.yml': site(tasks, more), ...files },
      { inventoryNames: ['from_inventory'] },
    );
    expect(report.problems).toEqual([]);
    const names = report.warnings.map(({ message }) => /'(.*)'/.exec(message)![1]);
    expect(names).toEqual(missing);
  });

  test('are shown where they are used, with the nearest name', () => {
    const text = site(
      '- debug:\n    msg: >-\n      one\n      two {{ nam }}',
      '  vars: {name1: x}',
    );
    expect(lint(text).warnings).toEqual([
      {
        code: 'possibly-undefined',
        message: "nothing defines the variable 'nam'",
        at: { file: '/pb/site.yml', line: 6, column: 18 },
        nearest: 'name1',
      },
    ]);
  });

  test('are known from roles: defaults, vars, params, argument_specs', () => {
    const { warnings } = lint({
      'site.yml': '- hosts: all\n  roles: [{role: web, p: 1}]\n',
      'roles/web/defaults/main.yml': 'd: 1',
      'roles/web/vars/main.yml': 'v: "{{ d }}"',
      'roles/web/meta/argument_specs.yml': 'argument_specs: {main: {options: {s: {type: str}}}}',
      'roles/web/tasks/main.yml':
        '- debug: {msg: "{{ d }}{{ v }}{{ p }}{{ s }}{{ x }}{{ role_path }}"}',
    });
    expect(warnings.map(({ message }) => message)).toEqual(["nothing defines the variable 'x'"]);
  });
});

describe('files', () => {
  const cases: { tasks: string; files?: Files; says?: RegExp }[] = [
    {
      tasks: '- template: {src: a.j2, dest: /x}',
      says: /template 'a\.j2'.*\/pb\/templates\/a\.j2/s,
    },
    { tasks: '- template: {src: "{{ inventory_hostname }}.j2", dest: /x}' },
    { tasks: '- template: {src: a.j2, dest: /x}', files: { 'templates/a.j2': '' } },
    {
      tasks: '- template: {src: a.j2, dest: /x}',
      files: { 'templates/a.j2': 'x\n{% if %}' },
      says: /expected/,
    },
    { tasks: '- copy: {src: a, dest: /x}', says: /file 'a'/ },
    { tasks: '- copy: {src: a, dest: /x, remote_src: yes}' },
    { tasks: '- copy: {content: a, dest: /x}' },
    { tasks: '- copy: {src: a/, dest: /x}', files: { 'files/a/b': '' } },
    { tasks: '- script: run.sh --now', says: /'run\.sh'/ },
    { tasks: '- script: run.sh --now', files: { 'files/run.sh': '' } },
    { tasks: '- unarchive: {src: https://host/x.tgz, dest: /x, remote_src: yes}' },
    { tasks: '- unarchive: {src: x.tgz, dest: /x}', says: /'x\.tgz'/ },
    { tasks: '- include_vars: x.yml', says: /'x\.yml'/ },
    { tasks: '- include_tasks: x.yml', says: /tasks file 'x\.yml'/ },
    { tasks: '- include_role: {name: nope}', says: /no role 'nope'/ },
  ];
  test.each(cases)('$tasks $files', ({ tasks, files, says }) => {
    const { problems } = lint({ 'site.yml': site(tasks), ...files });
    const texts = problems.map(({ message, hint }) => `${message} ${hint}`);
    if (says) expect(texts).toEqual([expect.stringMatching(says)]);
    else expect(texts).toEqual([]);
  });

  test('of vars_files may be absent where one of a list is there', () => {
    const text = (files: string) => `- hosts: all\n  vars_files: ${files}\n`;
    expect(lint(text('[a.yml]')).problems).toMatchObject([{ code: 'source-not-found' }]);
    expect(lint({ 'site.yml': text('[[a.yml, b.yml]]'), 'b.yml': '' }).problems).toEqual([]);
  });

  test('a problem in a template file stands at its line', () => {
    const { problems } = lint({
      'site.yml': site('- template: {src: a.j2, dest: /x}'),
      'templates/a.j2': 'x\ny {{ a | nofilter }}\n',
    });
    expect(problems).toMatchObject([
      { code: 'template-syntax', at: { file: '/pb/templates/a.j2', line: 2 } },
    ]);
  });
});

test('keywords without effect on a static import are a warning', () => {
  const files = {
    'site.yml': site('- import_tasks: more.yml\n  register: x'),
    'more.yml': '- ping:',
  };
  const { problems, warnings } = lint(files);
  expect(problems).toEqual([]);
  expect(warnings).toMatchObject([{ code: 'no-effect', at: { line: 4, column: 7 } }]);
});

test('conditions in braces are a warning', () => {
  const { problems, warnings } = lint(site('- {ping: , when: "{{ a }}", vars: {a: 1}}'));
  expect(problems).toEqual([]);
  expect(warnings).toMatchObject([{ code: 'template-braces', at: { line: 3 } }]);
});

describe('arguments', () => {
  test('are held against the schema, templates left for later', () => {
    const calls: unknown[] = [];
    const checkArguments: LintContext['checkArguments'] = (module, given) => {
      calls.push([module, given.values, [...given.later], given.at('name')?.line]);
      return module === 'apt'
        ? [{ code: 'unknown-argument', message: 'no', at: given.at('nam') }]
        : [];
    };
    const { problems } = lint(
      site(
        '- apt: {nam: x, state: "{{ s }}"}\n  vars: {s: 1}\n- command: echo hi\n- apt: "{{ s }}"',
        '  module_defaults: {apt: {update_cache: true}}',
      ),
      { checkArguments },
    );
    expect(problems).toMatchObject([{ at: { line: 3, column: 13 } }]);
    expect(calls).toEqual([
      ['apt', { update_cache: true, nam: 'x', state: null }, ['state'], 3],
      ['command', { cmd: 'echo hi' }, [], 5],
    ]);
  });
});

test('problems of loading and of lint come together, file by file', () => {
  const { problems, plays, tasks } = lint({
    'site.yml': site('- {ping: , whn: x}\n- copy: {src: a, dest: b}\n- include_tasks: more.yml'),
    'more.yml': '- pingg:\n- {ping: , wen: x}',
  });
  expect(problems.map(({ code, at }) => `${code} ${at!.file}:${at!.line}`)).toEqual([
    'unknown-keyword /pb/site.yml:3',
    'source-not-found /pb/site.yml:4',
    'unknown-module /pb/more.yml:1',
    'unknown-keyword /pb/more.yml:2',
  ]);
  expect({ plays, tasks }).toEqual({ plays: 1, tasks: 4 });
});

describe('a hostile role', () => {
  const root = mkdtempSync(join(tmpdir(), 'rolecall-lint-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const mark = join(root, 'touched');
  const files: Files = {
    'site.yml':
      "- hosts: all\n  vars: {a: \"{{ lookup('pipe', 'touch MARK') }}\"}\n" +
      "  vars_files: [\"{{ lookup('pipe', 'touch MARK') }}\"]\n  roles: [evil]\n",
    'roles/evil/library/ping.py': 'open("MARK", "w")',
    'roles/evil/filter_plugins/f.py': 'open("MARK", "w")',
    'roles/evil/role.yml': '',
    'roles/evil/tasks/main.yml':
      '- command: touch MARK\n  delegate_to: localhost\n- copy: {content: x, dest: MARK}\n' +
      "- import_tasks: \"{{ lookup('pipe', 'touch MARK') }}\"\n- template: {src: t.j2, dest: /x}\n",
    'roles/evil/templates/t.j2': '{{ lookup("pipe", "touch MARK") }}{{ cycler.__init__ }}',
    'roles/evil/vars/main.yml': 'x: !!python/object/apply:os.system ["touch MARK"]\n',
  };

  test('is read without touching or running anything', () => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text.replaceAll('MARK', mark));
    }
    const before = tree(root);
    const context = { rolesPath: [], knownModules, extraVars: new Map() };
    const { problems } = lintPlaybook(join(root, 'site.yml'), context);
    expect(tree(root)).toEqual(before);
    expect(problems.map(({ code }) => code).sort()).toEqual([
      'playbook-syntax',
      'unsupported-plugin',
      'unsupported-plugin',
      'yaml-syntax',
    ]);
  });
});

function tree(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const { mtimeMs, size, mode } = statSync(path);
      const content = statSync(path).isFile() ? readFileSync(path) : '';
      return [name, mtimeMs, size, mode, createHash('sha256').update(content).digest('hex')].join(
        ' ',
      );
    });
}
