import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadRun } from '../../../src/cli/load-run.ts';
import { readSite } from '../../../src/cli/read-site.ts';
import { RolecallError } from '../../../src/errors.ts';

const role = `
import { Type, defineRole, secret, template } from 'rolecall';
export default defineRole({
  name: 'small-site',
  summary: 'A site for tests.',
  examples: [],
  params: Type.Object({
    title: Type.String({ description: 'Its title.' }),
    pages: Type.Array(
      Type.Object({
        path: Type.String({ description: 'Where.' }),
        hits: Type.Integer({ description: 'How many.', minimum: 0, default: 0 }),
      }),
      { description: 'Its pages.', default: [] },
    ),
    kind: Type.Union([Type.Literal('plain'), Type.Literal('fancy')], {
      description: 'How it looks.', default: 'plain',
    }),
    password: Type.Optional(secret('To get in.')),
    ask: Type.Optional(Type.Integer({ description: 'A port of the other hosts to ask.' })),
    lan: Type.Integer({ description: 'Its port.', default: 80 }),
  }),
  check: ({ params, host, fleet }) =>
    params.pages.flatMap((page, index) =>
      page.path.startsWith('/') ? [] : [{
        path: ['pages', index, 'path'],
        message: \`'\${page.path}' on \${host.name} is no path (\${fleet.members('small-site').length} sites)\`,
      }]),
  publishes: ({ params }) => [
    { name: 'http', port: params.lan, protocol: 'tcp', purpose: 'pages', reach: 'public' },
  ],
  connects: ({ params, groups }) =>
    params.ask === undefined ? [] : groups.web.map(({ name }) => ({
      to: name, role: 'small-site', port: params.ask, protocol: 'tcp', purpose: 'gossip',
      need: 'gossip', path: ['ask'],
    })),
  tasks: ({ params }) => [template('Write it', { dest: '/srv/page', content: params.title })],
  entryPoints: {
    drop: {
      summary: 'Takes it away.',
      tasks: () => [],
    },
  },
});
`;

const hosts = 'all: {children: {web: {hosts: {w1: {}, w2: {}}}}}';
const play = '- hosts: web\n  roles:\n    - small-site\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolecall-typed-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function read(files: Readonly<Record<string, string>>, playbook = 'site.yml') {
  const all = { 'roles/small-site/role.ts': role, 'hosts.yml': hosts, 'site.yml': play, ...files };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return readSite(
    await loadRun([join(folder, playbook)], { inventory: [join(folder, 'hosts.yml')] }),
  );
}

async function refused(files: Readonly<Record<string, string>>): Promise<string[]> {
  const problems = await read(files).then(
    (site) => site.problems,
    (error: unknown) => {
      if (error instanceof RolecallError) return error.problems;
      throw error;
    },
  );
  return problems.map(({ code, at, message, nearest }) =>
    [code, at && `${at.file.replace(`${folder}/`, '')}:${at.line}:${at.column}`, message, nearest]
      .filter(Boolean)
      .join(' | '),
  );
}

describe('what is refused before any connection, and where', () => {
  const cases: [string, Record<string, string>, string[]][] = [
    [
      'an unknown parameter',
      { 'group_vars/web.yml': 'small_site:\n  titel: x\n' },
      [
        "unknown-parameter | group_vars/web.yml:2:3 | small-site: there is no parameter 'titel' | title",
      ],
    ],
    [
      'an unknown key inside',
      {
        'group_vars/web.yml': 'small_site:\n  title: x\n  pages:\n    - path: /\n      hit: 3\n',
      },
      [
        "unknown-parameter | group_vars/web.yml:5:7 | small-site: there is no parameter 'pages[0].hit' | hits",
      ],
    ],
    [
      'a missing parameter',
      { 'group_vars/web.yml': 'small_site:\n  kind: plain\n' },
      ["missing-parameter | group_vars/web.yml:2:3 | small-site: the parameter 'title' is missing"],
    ],
    [
      'a wrong choice in the role entry',
      { 'site.yml': '- hosts: web\n  roles:\n    - {role: small-site, title: x, kind: plane}\n' },
      ['invalid-parameter | site.yml:3:42 | small-site: \'kind\' is "plane" | plain'],
    ],
    [
      'a wrong number',
      { 'group_vars/web.yml': 'small_site: {title: x, pages: [{path: /, hits: -1}]}\n' },
      ["invalid-parameter | group_vars/web.yml:1:48 | small-site: 'pages[0].hits' is -1"],
    ],
    [
      'a secret as plain text',
      { 'group_vars/web.yml': 'small_site:\n  title: x\n  password: hunter2\n' },
      [
        "plain-secret | group_vars/web.yml:3:13 | small-site: 'password' is a secret and stands here as plain text",
      ],
    ],
    [
      'a secret as plain text by way of another variable',
      {
        'group_vars/web.yml':
          'small_site:\n  title: x\n  password: "{{ site_password }}"\nsite_password: hunter2\n',
      },
      [
        "plain-secret | group_vars/web.yml:4:16 | small-site: 'password' is a secret and stands here as plain text",
      ],
    ],
    [
      'a broken rule',
      { 'group_vars/web.yml': 'small_site:\n  title: x\n  pages:\n    - path: about\n' },
      [
        "invalid-parameter | group_vars/web.yml:4:13 | small-site: 'about' on w1 is no path (2 sites)",
        "invalid-parameter | group_vars/web.yml:4:13 | small-site: 'about' on w2 is no path (2 sites)",
      ],
    ],
    [
      'a port on which nobody answers',
      { 'group_vars/web.yml': 'small_site:\n  title: x\n  ask: 8080\n' },
      [
        "port-unpublished | group_vars/web.yml:3:8 | small-site: the role 'small-site' does not answer on port 8080/tcp of w1",
        "port-unpublished | group_vars/web.yml:3:8 | small-site: the role 'small-site' does not answer on port 8080/tcp of w2",
      ],
    ],
    [
      'a variable that nothing sets',
      { 'group_vars/web.yml': 'small_site:\n  title: "{{ nowhere }}"\n' },
      ["undefined-variable | group_vars/web.yml:2:13 | 'nowhere' is undefined"],
    ],
    [
      'parameters that are no mapping',
      { 'group_vars/web.yml': 'small_site: hello\n' },
      [
        "invalid-parameter | group_vars/web.yml:1:13 | the variable 'small_site' holds the parameters of the role 'small-site', and is no mapping",
      ],
    ],
    [
      'an entry point that is not there',
      {
        'site.yml':
          '- hosts: web\n  tasks:\n    - import_role: {name: small-site, tasks_from: dorp}\n',
      },
      ["source-not-found | site.yml:3:27 | the role 'small-site' has no tasks 'dorp' | drop"],
    ],
    [
      'a role that cannot be loaded',
      { 'roles/small-site/role.ts': 'export default 3;\n' },
      ['role-invalid | roles/small-site/role.ts:1:1 | its default export is no role'],
    ],
  ];
  test.each(cases)('%s', async (_, files, expected) => {
    expect(await refused(files)).toEqual(expected);
  });
});

describe('what is accepted', () => {
  test('each parameter comes from the layer that wins, defaults filled in', async () => {
    const { fleet, problems } = await read({
      'group_vars/all.yml': 'small_site: {title: all, kind: fancy}\n',
      'group_vars/web.yml': 'small_site: {pages: [{path: "/{{ inventory_hostname }}"}]}\n',
      'host_vars/w2.yml': 'small_site: {title: own}\n',
      'site.yml': '- hosts: web\n  roles: [{role: small-site, ask: 80}]\n',
    });
    expect(problems).toEqual([]);
    expect(fleet.members('small-site').map(({ params }) => params)).toEqual([
      { title: 'all', kind: 'fancy', pages: [{ path: '/w1', hits: 0 }], ask: 80, lan: 80 },
      { title: 'own', kind: 'fancy', pages: [{ path: '/w2', hits: 0 }], ask: 80, lan: 80 },
    ]);
  });

  test('a secret from a lookup, an encrypted value', async () => {
    const { problems } = await read({
      'group_vars/web.yml':
        "small_site:\n  title: x\n  password: \"{{ lookup('password', 'p1') }}\"\n",
    });
    expect(problems).toEqual([]);
  });

  test('what only facts can tell is left to the run', async () => {
    const { fleet, problems } = await read({
      'group_vars/web.yml': 'small_site: {title: "{{ ansible_hostname }}"}\n',
    });
    expect(problems).toEqual([]);
    expect(fleet.members('small-site')).toEqual([]);
    expect(fleet.rolesOf('w1')).toEqual(['small-site']);
  });

  test('a host on which `when` is false has not the role', async () => {
    const { fleet } = await read({
      'group_vars/web.yml': 'small_site: {title: x}\n',
      'site.yml': '- hosts: web\n  roles: [{role: small-site, when: inventory_hostname == "w2"}]\n',
    });
    expect(fleet.members('small-site').map(({ host }) => host.name)).toEqual(['w2']);
  });

  test('a part of the site knows the hosts of the rest, and its mistakes are not told', async () => {
    const files = {
      'group_vars/web.yml': 'small_site: {title: x}\n',
      'host_vars/w2.yml': 'small_site: {lan: 8080}\n',
      'part.yml': '- hosts: w1\n  roles: [{role: small-site, kind: fancy}]\n',
    };
    const { fleet, problems } = await read(files, 'part.yml');
    expect(problems).toEqual([]);
    const seen = fleet
      .members<{ kind: string; lan: number }>('small-site')
      .map(({ host, params }) => [host.name, params.kind, params.lan]);
    expect(seen).toEqual([
      ['w1', 'fancy', 80],
      ['w2', 'plain', 8080],
    ]);
    expect(fleet.placements.map(({ host }) => host.name)).toEqual(['w1']);
    const broken = { ...files, 'host_vars/w2.yml': 'small_site: {lan: wide}\n' };
    expect((await read(broken, 'part.yml')).problems).toEqual([]);
    expect((await read(broken)).problems).toHaveLength(1);
  });
});
