import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith, rolecall } from './support.ts';

const site = (more = '') => `- name: Files
  hosts: all
  gather_facts: false
  tasks:
    - name: Write the first
      copy: { content: "one\\n", dest: "{{ playbook_dir }}/out-{{ inventory_hostname }}", mode: "0644" }
      notify: tell
    - name: Write the others
      copy: { content: "{{ item }}\\n", dest: "{{ playbook_dir }}/{{ item }}-{{ inventory_hostname }}" }
      loop: [two, three]
${more}
  handlers:
    - name: tell
      command: touch {{ playbook_dir }}/told-{{ inventory_hostname }}
`;

function made(more?: string): string {
  const folder = folderWith({
    'hosts.ini': 'here ansible_connection=local\nthere ansible_connection=local\n',
    'site.yml': site(more),
    'a.key': 'a key of at least sixteen bytes',
    'other.key': 'another key of sixteen bytes or more',
  });
  return folder;
}

const plan = (folder: string, ...more: string[]) =>
  rolecall(
    ['plan', '-i', 'hosts.ini', 'site.yml', '-o', 'p.json', '--plan-key-file', 'a.key', ...more],
    folder,
  );
const apply = (folder: string, ...more: string[]) =>
  rolecall(['apply', 'p.json', '--plan-key-file', 'a.key', ...more], folder);
const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');
const exists = (folder: string, name: string) =>
  statSync(join(folder, name), { throwIfNoEntry: false }) !== undefined;

describe('a plan that is kept', () => {
  test('says what a run would change, changes nothing, and is done by apply', async () => {
    const folder = made();
    const planned = await plan(folder);
    expect(planned.stderr).toContain('6 changes on 2 of 2 hosts, 0 unchanged.');
    expect(planned.status).toBe(0);
    expect(exists(folder, 'out-here')).toBe(false);
    const kept = JSON.parse(read(folder, 'p.json'));
    expect(
      kept.steps.map(({ host, task }: { host: string; task: string }) => `${host}: ${task}`),
    ).toEqual([
      'here: Write the first',
      'there: Write the first',
      'here: Write the others',
      'there: Write the others',
      'here: tell',
      'there: tell',
    ]);
    const applied = await apply(folder);
    expect(applied.stdout).toContain('6 changes');
    expect(applied.status).toBe(0);
    expect(read(folder, 'three-there')).toBe('three\n');
    expect(exists(folder, 'told-here')).toBe(true);
    const again = await plan(folder);
    expect(again.stderr).toContain('Nothing to do');
    const nothing = await apply(folder);
    expect(nothing.status).toBe(0);
  });

  test('refuses the host on which one byte moved, naming what did, and does the other', async () => {
    const folder = made();
    writeFileSync(join(folder, 'out-here'), 'old\n');
    expect((await plan(folder)).status).toBe(0);
    writeFileSync(join(folder, 'out-here'), 'olt\n');
    const applied = await apply(folder);
    expect(applied.stdout).toContain(`content ${folder}/out-here is not what it was`);
    expect(applied.status).toBe(2);
    expect(read(folder, 'out-here')).toBe('olt\n');
    expect(exists(folder, 'two-here')).toBe(false);
    expect(read(folder, 'out-there')).toBe('one\n');
    expect(read(folder, 'two-there')).toBe('two\n');
  });

  const refused: Record<string, { alter(folder: string): void; words?: string[]; said: RegExp }> = {
    'changed sources': {
      alter: (folder) => writeFileSync(join(folder, 'site.yml'), `${site()}\n# more\n`),
      said: /plan-outdated: p\.json does not fit what is here now:\n\s+site\.yml has changed/,
    },
    'another inventory': {
      alter: (folder) =>
        writeFileSync(join(folder, 'hosts.ini'), 'here ansible_connection=local\n'),
      said: /hosts\.ini has changed/,
    },
    'a byte of its own': {
      alter: (folder) =>
        writeFileSync(
          join(folder, 'p.json'),
          read(folder, 'p.json').replace('Write the first', 'Write the worst'),
        ),
      said: /plan-invalid: p\.json: its seal does not fit/,
    },
    'half of it': {
      alter: (folder) =>
        writeFileSync(join(folder, 'p.json'), read(folder, 'p.json').slice(0, 900)),
      said: /plan-invalid: p\.json: it is damaged/,
    },
    'something else': {
      alter: (folder) => writeFileSync(join(folder, 'p.json'), '{}'),
      said: /plan-invalid: p\.json: it is no plan of rolecall/,
    },
    'another key': {
      alter: () => undefined,
      words: ['--plan-key-file', 'other.key'],
      said: /plan-invalid: p\.json was sealed with key/,
    },
  };
  test.each(Object.entries(refused))('is refused: %s', async (_name, { alter, words, said }) => {
    const folder = made();
    await plan(folder);
    alter(folder);
    const applied = await apply(folder, ...(words ?? []));
    expect(applied.stderr).toMatch(said);
    expect(applied.status).toBe(1 + Number(/outdated/.test(applied.stderr)));
    expect(exists(folder, 'out-here')).toBe(false);
  });

  test('wants -e again, and holds no value of it', async () => {
    const folder = made(
      '    - copy: { content: "{{ pass }}", dest: "{{ playbook_dir }}/p-{{ inventory_hostname }}" }\n      no_log: true',
    );
    await plan(folder, '-e', 'pass=canary-4711');
    expect(read(folder, 'p.json')).not.toContain('canary-4711');
    const without = await apply(folder);
    expect(without.stderr).toContain('the plan was made with -e pass=…: give it again');
    const other = await apply(folder, '-e', 'pass=canary-4712');
    expect(other.stderr).toContain('-e has other values than when the plan was made');
    const applied = await apply(folder, '-e', 'pass=canary-4711');
    expect(applied.status).toBe(0);
    expect(read(folder, 'p-here')).toBe('canary-4711');
  });

  test('what only apply can tell is said, and done', async () => {
    const folder = made(`    - name: Ask
      command: echo hello
      register: said
    - name: Write it down
      copy: { content: "{{ said.stdout }}", dest: "{{ playbook_dir }}/said-{{ inventory_hostname }}" }`);
    const planned = await plan(folder, '--limit', 'here');
    expect(planned.stderr).toContain('1 not known until applied');
    const applied = await apply(folder);
    expect(applied.status).toBe(0);
    expect(read(folder, 'said-here')).toBe('hello');
    expect(exists(folder, 'said-there')).toBe(false);
  });
});

describe('show', () => {
  test('as text, within 80 columns', async () => {
    const folder = made();
    await plan(folder);
    const shown = await rolecall(['show', 'p.json'], folder);
    expect(shown.stdout).toContain('~ Write the first\n');
    expect(shown.stdout).toContain('  on here\n');
    expect(shown.stdout).toContain('6 changes on 2 of 2 hosts');
    expect(
      shown.stdout
        .split('\n')
        .filter((line) => line.length > 80 && !line.includes('---') && !line.includes('+++')),
    ).toEqual([]);
    expect(shown.status).toBe(0);
  });

  test('as Markdown', async () => {
    const folder = made();
    await plan(folder);
    const { stdout } = await rolecall(['show', 'p.json', '--markdown'], folder);
    expect(stdout).toContain('| `here` | 3 | 0 | 0 | 0 |');
    expect(stdout).toContain('<details><summary>changes: Write the first on here</summary>');
    expect(stdout).toContain('```diff\n');
  });

  test('what is no plan', async () => {
    const folder = made();
    const shown = await rolecall(['show', 'hosts.ini'], folder);
    expect(shown.stderr).toContain('plan-invalid: hosts.ini: it is damaged');
    expect(shown.status).toBe(1);
  });
});
