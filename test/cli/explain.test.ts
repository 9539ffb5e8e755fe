import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { explainVariable } from '../../src/cli/explain-variable.ts';
import { explanationJson, explanationLines } from '../../src/cli/explanation-text.ts';
import { loadRun } from '../../src/cli/load-run.ts';
import { noColours } from '../../src/reporters/paint.ts';
import { encryptVault } from '../../src/variables/vault.ts';
import { folderWith } from './support.ts';

const folder = folderWith({
  'hosts.ini': '[web]\nweb1 port=1\nweb2\n[web:vars]\nport=2\n',
  password: 'open sesame',
  'site.yml': `- name: One
  hosts: web
  roles: [nginx]
- name: Two
  hosts: web
  vars: {port: 7}
`,
});
for (const [name, text] of Object.entries({
  'group_vars/all.yml': 'port: 3\nbase: 40\n',
  'group_vars/web.yml': 'release: "{{ ansible_facts.release }}"\ndb_password: Canary-1\n',
  'host_vars/web1.yml': '# of this one\nport: "{{ base + 4 }}"\n',
  'host_vars/web2.yml': encryptVault('word: Canary-4\nphrase: "my {{ word }}"\n', 'open sesame'),
  'roles/nginx/defaults/main.yml': 'port: 99\n',
  'roles/nginx/tasks/main.yml': '[]\n',
})) {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
}
const inventory = [join(folder, 'hosts.ini')];
const vaultPasswordFile = [join(folder, 'password')];

async function explain(
  host: string,
  name: string,
  { site = false, extraVars = [] as string[] } = {},
) {
  const playbooks = site ? [join(folder, 'site.yml')] : [];
  return explainVariable(
    await loadRun(playbooks, { inventory, extraVars, vaultPasswordFile }),
    host,
    name,
  );
}

const lines = (name: string, found: Awaited<ReturnType<typeof explain>>) =>
  explanationLines(name, found, noColours).map((line) => line.replaceAll(`${folder}/`, ''));

describe('explain', () => {
  test('tells value, place and level, and what is hidden in order', async () => {
    expect(lines('port', await explain('web1', 'port'))).toEqual([
      'port = 44',
      '  written  {{ base + 4 }}',
      '  from     host_vars/web1.yml:2:1, host_vars beside the inventory',
      '  hides    1',
      '           hosts.ini:2:6, inventory, of the host',
      '  hides    3',
      '           group_vars/all.yml:1:1, group_vars/all beside the inventory',
      '  hides    2',
      '           hosts.ini:5:1, inventory, of a group',
    ]);
  });

  test('tells plays apart in which it differs', async () => {
    const found = await explain('web1', 'port', { site: true });
    expect(found).toMatchObject([
      { plays: ['One'], value: 44 },
      {
        plays: ['Two'],
        value: 7,
        given: [{ level: 'vars of the play', written: 7 }, {}, {}, {}, {}],
      },
    ]);
    expect(found[0]!.given.at(-1)).toMatchObject({ level: 'defaults of a role', written: 99 });
    expect(await explain('web2', 'base', { site: true })).toMatchObject([
      { plays: ['One', 'Two'] },
    ]);
  });

  test('says what only a run can tell', async () => {
    const text = lines('release', await explain('web1', 'release')).join('\n');
    expect(text).toContain('release = only a run can tell');
    expect(text).toContain("'ansible_facts' is undefined (group_vars/web.yml:1:");
  });

  test.each([
    { host: 'web2', name: 'word', extraVars: [] },
    { host: 'web2', name: 'own', extraVars: ['own="an {{ word }}"'] },
    { name: 'db_password', extraVars: [] },
    { name: 'db_password', extraVars: ['db_password=Canary-2'] },
    { name: 'app', extraVars: ['{"app": {"api_token": "Canary-3"}}'] },
  ])('shows no secret: $name $extraVars', async ({ host = 'web1', name, extraVars }) => {
    const found = await explain(host, name, { extraVars });
    const shown = [
      ...lines(name, found),
      JSON.stringify(explanationJson('web1', name, found)),
    ].join('\n');
    expect(shown).toContain('********');
    expect(shown).not.toContain('Canary');
  });

  test.each([
    { host: 'wbe1', name: 'port', code: 'pattern-unmatched', nearest: 'web1' },
    { host: 'web1', name: 'prot', code: 'undefined-variable', nearest: 'port' },
  ])('$host $name: $code', async ({ host, name, code, nearest }) => {
    await expect(explain(host, name)).rejects.toMatchObject({ problems: [{ code, nearest }] });
  });
});
