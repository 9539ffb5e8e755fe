import { describe, expect, test } from 'vitest';
import { loadRole, loadTasksFile } from '../../src/playbook/include.ts';
import type { Block, Task } from '../../src/playbook/play.ts';
import { fromPlain, type Mapping } from '../../src/values.ts';
import { contextOf, flatten, loadPlays, loadTasks, problemsOf } from './support.ts';

describe('import_tasks', () => {
  test('brings the tasks of the file, under the keywords of the import', () => {
    const [block] = loadTasks(
      '- import_tasks: more.yml\n  tags: a\n  when: x\n  become: yes\n  vars: {v: 1}',
      {
        'more.yml': '- {ping: , tags: b}',
      },
    );
    expect(block).toMatchObject({
      kind: 'block',
      tags: ['a'],
      when: [{ source: 'x' }],
      become: true,
      vars: new Map([['v', 1]]),
      block: [{ tags: ['a', 'b'], id: '/pb/more.yml:1', folder: '/pb' }],
    });
  });

  test('hands its notify on to the tasks', () => {
    const [block] = loadTasks('- import_tasks: more.yml\n  notify: h', { 'more.yml': '- ping:' });
    expect(block!.notify).toEqual(['h']);
  });

  test.each([
    '- import_tasks: {file: sub/more.yml}',
    '- ansible.builtin.import_tasks: "{{ folder }}/more.yml"\n  vars: {folder: sub}',
    '- import_tasks: "{{ playbook_dir }}/sub/more.yml"',
  ])('%s', (text) => {
    const tasks = flatten(loadTasks(text, { 'sub/more.yml': '- ping:' }));
    expect(tasks).toMatchObject([{ folder: '/pb/sub' }]);
  });

  test('takes names from -e before those of the play', () => {
    const site = '- hosts: all\n  vars: {os: debian}\n  tasks: [{import_tasks: "{{ os }}.yml"}]';
    const files = { 'site.yml': site, 'debian.yml': '- ping:', 'alpine.yml': '- debug:' };
    expect(flatten(loadPlays(files)[0]!.tasks)).toMatchObject([{ action: { module: 'ping' } }]);
    const extra = new Map([['os', 'alpine']]) as Mapping;
    expect(flatten(loadPlays(files, extra)[0]!.tasks)).toMatchObject([
      { action: { module: 'debug' } },
    ]);
  });

  test('is found beside the file that names it, in the role, beside the playbook', () => {
    const files = {
      'site.yml': '- hosts: all\n  roles: [web]',
      'roles/web/tasks/main.yml': '- import_tasks: sub/one.yml',
      'roles/web/tasks/sub/one.yml':
        '- import_tasks: two.yml\n- import_tasks: three.yml\n- import_tasks: four.yml',
      'roles/web/tasks/sub/two.yml': '- {name: 2, ping: }',
      'roles/web/tasks/three.yml': '- {name: 3, ping: }',
      'four.yml': '- {name: 4, ping: }',
    };
    const names = flatten([...loadPlays(files)[0]!.roles]).map((task) => task.name);
    expect(names).toEqual(['2', '3', '4']);
  });

  const refused: { text: string; code: string; says: RegExp; more?: Record<string, string> }[] = [
    { text: '- import_tasks: nowhere.yml', code: 'source-not-found', says: /\/pb\/nowhere\.yml/ },
    { text: '- import_tasks:', code: 'missing-argument', says: /no file/ },
    { text: '- import_tasks: "{{ item }}.yml"', code: 'playbook-syntax', says: /include_tasks/ },
    {
      text: '- import_tasks: {file: a.yml, apply: {}}',
      code: 'unknown-argument',
      says: /import_tasks itself/,
    },
    { text: '- import_tasks: b.yml', code: 'include-cycle', says: /b\.yml → .*c\.yml → .*b\.yml/ },
    { text: '- import_role: {tasks_from: x}', code: 'missing-argument', says: /no role/ },
    {
      text: '- import_role: {name: web, tasks_form: x}',
      code: 'unknown-argument',
      says: /tasks_form/,
    },
    {
      text: '- import_role: {name: web, tasks_from: x}',
      code: 'source-not-found',
      says: /tasks\/x/,
    },
    { text: '- import_role: {name: web, vars_from: x}', code: 'source-not-found', says: /vars\/x/ },
  ];
  test.each(refused)('refuses $text', ({ text, code, says }) => {
    const found = problemsOf(() =>
      loadTasks(text, {
        'a.yml': '- ping:',
        'b.yml': '- import_tasks: c.yml',
        'c.yml': '- import_tasks: b.yml',
        'roles/web/tasks/main.yml': '- ping:',
      }),
    );
    expect(found.map((problem) => problem.code)).toEqual([code]);
    expect(`${found[0]!.message} ${found[0]!.hint}`).toMatch(says);
  });
});

describe('import_playbook', () => {
  test('brings its plays with its conditions, tags and variables', () => {
    const plays = loadPlays({
      'site.yml':
        '- hosts: a\n- import_playbook: sub/other.yml\n  when: x\n  tags: t\n  vars: {v: 2}\n- hosts: d\n',
      'sub/other.yml': '- hosts: b\n  vars: {v: 1, w: 1}\n  tasks: [{ping: }]\n- hosts: c\n',
    });
    expect(plays.map((play) => play.hosts)).toEqual(['a', 'b', 'c', 'd']);
    expect(plays[1]).toMatchObject({
      folder: '/pb/sub',
      tags: ['t'],
      when: [{ source: 'x' }],
      vars: new Map([
        ['v', 2],
        ['w', 1],
      ]),
      tasks: [{ tags: ['t'] }],
    });
  });
});

describe('includes while the playbook runs', () => {
  const files = {
    'site.yml': '- hosts: all\n  tags: p\n  tasks:\n    - include_tasks: more.yml\n      tags: i\n',
    'more.yml': '- {ping: , tags: m}',
    'roles/web/tasks/main.yml': '- {name: w, ping: }',
    'roles/web/tasks/other.yml': '- {name: o, ping: }',
    'roles/web/handlers/main.yml': '- {name: h, ping: }',
    'roles/web/defaults/main.yml': 'd: 1',
  };
  const task = loadPlays(files)[0]!.tasks[0] as Task;
  const place = { task, playFolder: '/pb' };

  test('the content has the tags of what encloses the include, not those of the include', () => {
    expect(task.tags).toEqual(['p', 'i']);
    const { block } = loadTasksFile('more.yml', place, contextOf(files));
    expect(block.block).toMatchObject([{ tags: ['p', 'm'] }]);
  });

  test('apply gives keywords to the content', () => {
    const apply = fromPlain({ tags: ['x'], become: true }) as Mapping;
    const { block } = loadTasksFile('more.yml', place, contextOf(files), apply);
    expect(block).toMatchObject({
      become: true,
      tags: ['p', 'x'],
      block: [{ tags: ['p', 'x', 'm'] }],
    });
  });

  test('a missing file names the places searched, wrong content its line', () => {
    const missing = problemsOf(() => loadTasksFile('no.yml', place, contextOf(files)));
    expect(missing).toMatchObject([{ code: 'source-not-found', hint: 'Searched: /pb/no.yml.' }]);
    const wrong = contextOf({ 'more.yml': '- pingg:\n- wait_for: {}\n  wen: x' });
    const codes = problemsOf(() => loadTasksFile('more.yml', place, wrong)).map((p) => p.at!.line);
    expect(codes).toEqual([1, 3]);
  });

  test('a file may include itself, but not for ever', () => {
    const { stack } = loadTasksFile('more.yml', place, contextOf(files));
    const found = problemsOf(() =>
      loadTasksFile('more.yml', { ...place, stack }, contextOf(files)),
    );
    expect(found).toEqual([]);
    const deep = Array.from({ length: 200 }, () => stack[0]!);
    const tooDeep = problemsOf(() =>
      loadTasksFile('more.yml', { ...place, stack: deep }, contextOf(files)),
    );
    expect(tooDeep).toMatchObject([
      { code: 'include-cycle', message: expect.stringContaining('/pb/more.yml') },
    ]);
  });

  test('a role comes with its handlers; the play sees its variables when public', () => {
    const args = (more: object) => fromPlain({ name: 'web', ...more }) as Mapping;
    const plain = loadRole(args({}), place, contextOf(files));
    expect(plain.name).toBe('web');
    expect(flatten([plain.block]).map((each) => each.name)).toEqual(['w']);
    expect(flatten(plain.handlers).map((each) => each.name)).toEqual(['h']);
    expect(plain.publicScopes).toEqual([]);
    const other = loadRole(
      args({ tasks_from: 'other.yml', public: true }),
      place,
      contextOf(files),
    );
    expect(flatten([other.block as Block]).map((each) => each.name)).toEqual(['o']);
    expect(other.publicScopes).toMatchObject([{ name: 'web', defaults: new Map([['d', 1]]) }]);
  });
});
