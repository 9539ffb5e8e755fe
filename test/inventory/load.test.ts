import { chmodSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RolecallError } from '../../src/errors.ts';
import type { Inventory } from '../../src/inventory/inventory.ts';
import { inventoryFolders, loadInventory } from '../../src/inventory/load.ts';
import { matchHosts } from '../../src/inventory/patterns.ts';
import { renderGraph, renderHost, renderList } from '../../src/inventory/render.ts';
import { VarsBeside } from '../../src/inventory/vars-files.ts';
import { flattenLayers } from '../../src/variables/layer.ts';
import { inventoryLayers } from '../../src/variables/layers.ts';
import { folderOf } from './support/folder.ts';

const captured = new URL('captured/', import.meta.url).pathname;
const noVault = () => {
  throw new Error('nothing is encrypted here');
};

function load(sources: string[]): Inventory {
  return loadInventory(sources, { allowScripts: true });
}

function hostVars(inventory: Inventory) {
  const none = new VarsBeside([], noVault);
  const files = new VarsBeside(inventoryFolders(inventory.sources), noVault);
  return (host: string) =>
    flattenLayers(inventoryLayers(inventory, host, { inventory: files, playbook: none }));
}

describe('as ansible-inventory prints the same sources', () => {
  const cases: [string, string[]][] = [
    ['ini', ['site/hosts.ini']],
    ['yaml', ['site/more.yml']],
    ['both', ['site/hosts.ini', 'site/more.yml', 'h1,h2:33']],
    ['folder', ['folder']],
    ['scripts', ['scripts/with-meta.sh', 'scripts/without-meta.sh']],
  ];
  it.each(cases)('%s', (name, sources) => {
    const inventory = load(sources.map((one) => (one.includes(',') ? one : captured + one)));
    const expected = (kind: string) => readFileSync(`${captured}${name}.${kind}`, 'utf8').trimEnd();
    expect(renderList(inventory, hostVars(inventory))).toBe(expected('list.json'));
    expect(renderGraph(inventory)).toBe(expected('graph.txt'));
  });

  const patterns = readFileSync(`${captured}patterns.txt`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' => ') as [string, string]);
  it.each(patterns)('pattern %s', (pattern, hosts) => {
    const inventory = load([`${captured}site/hosts.ini`]);
    expect(matchHosts(inventory, pattern).hosts.join(' ')).toBe(hosts);
  });
});

describe('sources', () => {
  it('does not run scripts where that is forbidden', () => {
    const folder = folderOf({});
    const script = path.join(folder, 'hosts');
    writeFileSync(script, `#!/bin/sh\ntouch ${folder}/ran\necho '{}'\n`);
    chmodSync(script, 0o755);
    const inventory = loadInventory([script], { allowScripts: false });
    expect(inventory.warnings).toHaveLength(1);
    expect(() => readFileSync(`${folder}/ran`)).toThrow();
    loadInventory([script], { allowScripts: true });
    expect(readFileSync(`${folder}/ran`, 'utf8')).toBe('');
  });

  const broken: [string, Record<string, string>, RegExp][] = [
    ['a script that is not executable', { hosts: '#!/bin/sh\n' }, /not executable/],
    [
      'an inventory plugin',
      { 'hosts.yml': 'plugin: amazon.aws.aws_ec2\n' },
      /plugin 'amazon.aws.aws_ec2' is not supported/,
    ],
    ['a YAML list', { 'hosts.yml': '- a\n' }, /must be a mapping of group names/],
    [
      'hosts as a list',
      { 'hosts.yml': 'all:\n  hosts:\n    - a\n' },
      /'hosts' of group 'all' is not a mapping/,
    ],
    [
      'a misspelled section',
      { 'hosts.yml': 'all:\n  hots: {a: }\n' },
      /'hots' in group 'all' is not known/,
    ],
    ['a number as host', { 'hosts.yml': 'all:\n  hosts: {10: }\n' }, /host name 10 is not text/],
    ['a cycle', { 'hosts.yml': 'a: {children: {b: {children: {a: }}}}\n' }, /is a cycle/],
    ['broken YAML', { 'hosts.yml': 'a: b: c\n' }, /Nested mappings/],
  ];
  it.each(broken)('%s is an error with its place', (_, files, message) => {
    const [name] = Object.keys(files);
    const file = path.join(folderOf(files), name!);
    expect(() => load([file])).toThrow(message);
    try {
      load([file]);
    } catch (error) {
      expect((error as RolecallError).problems[0]!.at?.file).toBe(file);
    }
  });

  it('reports what a script printed when it fails', () => {
    const folder = folderOf({ hosts: '#!/bin/sh\necho no credentials >&2\nexit 3\n' });
    chmodSync(`${folder}/hosts`, 0o755);
    expect(() => load([`${folder}/hosts`])).toThrow(/failed \(3\): no credentials/);
  });

  it('names a source that does not exist', () => {
    expect(() => load(['/nowhere/hosts'])).toThrow(
      /'\/nowhere\/hosts' cannot be read: it does not exist/,
    );
  });

  it('says which .ini files of a folder are not read', () => {
    const { warnings } = load([folderOf({ 'a.ini': 'x', b: 'y' })]);
    expect(warnings[0]!.message).toMatch(/'a.ini' is not read/);
  });

  it('tells YAML from INI by content where the name does not', () => {
    expect(load([`${folderOf({ hosts: 'all:\n  hosts:\n    a:\n' })}/hosts`]).hosts.has('a')).toBe(
      true,
    );
    expect(load([`${folderOf({ hosts: 'a x=1\n' })}/hosts`]).hosts.has('a')).toBe(true);
  });

  it('warns of misspelled connection variables', () => {
    const { warnings } = load([
      `${folderOf({ hosts: 'a ansible_hosts=1 ansible_ssh_prot=2 ansible_pkg=3\n' })}/hosts`,
    ]);
    expect(warnings.map((warning) => warning.nearest)).toEqual([
      'ansible_host',
      'ansible_ssh_port',
    ]);
  });
});

describe('group_vars and host_vars', () => {
  const beside = (files: Record<string, string>) => new VarsBeside([folderOf(files)], noVault);

  it('reads a name, its extensions, and folders in order', () => {
    const files = beside({
      'group_vars/web.yml': 'a: 1',
      'group_vars/db/b.yml': 'x: 2',
      'group_vars/db/a/c.json': '{"x": 1}',
      'group_vars/db/.hidden.yml': 'x: 9',
      'group_vars/db/d.yml~': 'x: 9',
      'group_vars/db/e.txt': 'not: [read',
      'host_vars/h.yaml': '',
    });
    expect(files.group('web').map((file) => file.values.get('a'))).toEqual([1]);
    expect(files.group('db').map((file) => file.values.get('x'))).toEqual([1, 2]);
    expect(files.host('h').map((file) => file.values.size)).toEqual([0]);
    expect(files.host('other')).toEqual([]);
  });

  it('warns of a file that another of the same name hides', () => {
    const files = beside({ 'group_vars/web.yml': 'a: 1', 'group_vars/web/a.yml': 'a: 2' });
    expect(files.group('web').map((file) => file.values.get('a'))).toEqual([2]);
    expect(files.warnings.map((warning) => warning.message)).toEqual([
      "'web.yml' is not read, because 'web' beside it is",
    ]);
  });

  it('refuses what cannot be read rather than taking it for empty', () => {
    const folder = folderOf({ 'group_vars/list.yml': '- 1', 'host_vars/x': '' });
    symlinkSync('/nowhere/at/all', `${folder}/group_vars/gone.yml`);
    const files = new VarsBeside([folder], noVault);
    expect(() => files.group('gone')).toThrow(/link to something that does not exist/);
    expect(() => files.group('list')).toThrow(/must hold a mapping/);
    writeFileSync(`${folder}/plain`, '');
    expect(() => new VarsBeside([`${folder}/plain`], noVault).group('a')).not.toThrow();
    const odd = folderOf({ group_vars: 'not a folder' });
    expect(() => new VarsBeside([odd], noVault).group('a')).toThrow(/it is not a directory/);
  });

  it('reads everything at once when asked, and tells all that is wrong', () => {
    const files = beside({
      'group_vars/all': '- 1',
      'host_vars/a.yml': 'b: c: d',
      'host_vars/b': 'x: 1',
    });
    const inventory = load(['a,b']);
    expect(() => files.readAll(inventory)).toThrow(
      expect.objectContaining({ problems: [expect.anything(), expect.anything()] }),
    );
    expect(() => beside({ 'host_vars/b': 'x: 1' }).readAll(inventory)).not.toThrow();
  });

  it('decrypts whole files', () => {
    const folder = folderOf({ 'group_vars/all': '$ANSIBLE_VAULT;1.1;AES256\n6162\n' });
    const files = new VarsBeside([folder], (text) => `seen: ${text.length}`);
    expect(files.group('all')[0]!.values.get('seen')).toBe(31);
  });
});

describe('limits and misses', () => {
  const inventory = load([`${captured}site/hosts.ini`]);

  it('warns with the nearest name, and fails for a limit', () => {
    const { hosts, warnings } = matchHosts(inventory, 'web:dbb');
    expect(hosts).toHaveLength(6);
    expect(warnings).toMatchObject([{ code: 'pattern-unmatched', nearest: 'db' }]);
    expect(() => matchHosts(inventory, 'all', { limit: 'wbe' })).toThrow(RolecallError);
    expect(matchHosts(inventory, 'web', { limit: 'weba,db' }).hosts).toEqual(['weba']);
  });

  it('reads a limit from a file', () => {
    const file = path.join(folderOf({ retry: 'weba\n\nwebb\n' }), 'retry');
    expect(matchHosts(inventory, 'all', { limit: `@${file}` }).hosts).toEqual(['weba', 'webb']);
    expect(() => matchHosts(inventory, 'all', { limit: '@/nowhere' })).toThrow(/cannot be read/);
  });

  it('names an index out of range and a wrong expression', () => {
    expect(matchHosts(inventory, 'web[99]').warnings[0]!.message).toMatch(
      /selects none of the 6 hosts/,
    );
    expect(() => matchHosts(inventory, '~we(b')).toThrow(/not a valid regular expression/);
  });

  it('prints the variables of one host', () => {
    expect(JSON.parse(renderHost(inventory, 'lonely', hostVars(inventory)))).toMatchObject({
      x: 'a b',
    });
    expect(() => renderHost(inventory, 'lonley', hostVars(inventory))).toThrow(/no host is called/);
    expect(() => renderGraph(inventory, { group: 'wbe' })).toThrow(/no group is called/);
  });
});

describe('changes at run time', () => {
  it('adds hosts and groups and says whether anything changed', () => {
    const inventory = load(['a,b']);
    expect(inventory.addHost('c', { groups: ['new'], vars: new Map([['x', 1]]) })).toBe(true);
    inventory.reconcile();
    expect(inventory.addHost('c', { groups: ['new'], vars: new Map([['x', 1]]) })).toBe(false);
    expect(inventory.groupNamesOf('c')).toEqual(['new']);
    expect(inventory.addHost('a', { groups: ['new'] })).toBe(true);
    inventory.reconcile();
    expect(inventory.hostsIn('new')).toEqual(['c', 'a']);
    expect(inventory.hostsIn('ungrouped')).toEqual(['b']);
    expect(inventory.hostsIn('all')).toEqual(['b', 'c', 'a']);
  });

  it('knows localhost without being told', () => {
    const host = load(['a,']).host('localhost')!;
    expect(host).toMatchObject({ implicit: true, name: 'localhost' });
    expect(host.vars.get('ansible_connection')).toBe('local');
    expect(load(['localhost,']).host('localhost')!.implicit).toBe(false);
  });
});
