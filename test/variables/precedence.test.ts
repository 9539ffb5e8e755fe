import { describe, expect, it } from 'vitest';
import { loadInventory } from '../../src/inventory/load.ts';
import { VarsBeside } from '../../src/inventory/vars-files.ts';
import type { Mapping } from '../../src/values.ts';
import { flattenLayers, type Layer } from '../../src/variables/layer.ts';
import {
  factVariables,
  inventoryLayers,
  type LayerSources,
  layersFor,
} from '../../src/variables/layers.ts';
import { VariableScope } from '../../src/variables/scope.ts';
import { folderOf } from '../inventory/support/folder.ts';
import { plainContext } from './support/scopes.ts';

const mapping = (value: string): Mapping => new Map([['x', value]]);
const named = (name: string, value: string) => ({ name, values: mapping(value) });

/** Every level of precedence in order, each with the sources that give `x` the level's name. */
const levels: [string, LayerSources][] = [
  ['command line', { commandLine: mapping('command line') }],
  ['defaults of an earlier role', { roleDefaults: [named('a', 'defaults of an earlier role')] }],
  [
    'defaults of the own role',
    { roleDefaults: [named('a', '-'), named('b', 'defaults of the own role')] },
  ],
  ['facts', { facts: mapping('facts') }],
  ['play vars', { playVars: mapping('play vars') }],
  ['vars_prompt', { prompts: mapping('vars_prompt') }],
  ['first vars file', { varsFiles: [{ path: 'a', values: mapping('first vars file') }] }],
  [
    'last vars file',
    {
      varsFiles: [
        { path: 'a', values: mapping('-') },
        { path: 'b', values: mapping('last vars file') },
      ],
    },
  ],
  ['role vars', { roleVars: [named('a', 'role vars')] }],
  ['outer block', { blockVars: [mapping('outer block')] }],
  ['inner block', { blockVars: [mapping('-'), mapping('inner block')] }],
  ['task vars', { taskVars: mapping('task vars') }],
  ['include_vars', { includeVars: mapping('include_vars') }],
  ['set_fact', { setFacts: mapping('set_fact') }],
  ['role params', { roleParams: [named('a', 'role params')] }],
  ['include params', { includeParams: [mapping('include params')] }],
  ['extra vars', { extraVars: mapping('extra vars') }],
  ['magic', { magic: mapping('magic') }],
  ['loop vars', { loopVars: mapping('loop vars') }],
];

function winner(layers: readonly Layer[]): unknown {
  return new VariableScope(layers, plainContext).get('x');
}

describe('each level of a play hides the one below', () => {
  const pairs = levels.slice(1).map((higher, index) => [levels[index]!, higher] as const);
  it.each(pairs)('%s', ([lowerName, lower], [higherName, higher]) => {
    expect(winner(layersFor(lower))).toBe(lowerName);
    expect(winner(layersFor({ ...lower, ...higher }))).toBe(higherName);
  });

  it('whatever the order in which a child scope brings them', () => {
    const base = new VariableScope(layersFor({ extraVars: mapping('extra') }), plainContext);
    expect(base.with(layersFor({ taskVars: mapping('task') })).get('x')).toBe('extra');
    expect(base.with(layersFor({ loopVars: mapping('loop') })).get('x')).toBe('loop');
  });
});

/** Every place in inventory and vars files, weakest first: file name, and text that sets x. */
const places: [string, string, string][] = [
  ['inventory group all', 'hosts', '[all:vars]\nx=W\n'],
  ['inventory parent group', 'hosts', '[parent:vars]\nx=W\n'],
  ['inventory group', 'hosts', '[a:vars]\nx=W\n'],
  ['inventory group, later name', 'hosts', '[b:vars]\nx=W\n'],
  ['inventory group, higher priority', 'hosts', '[aa:vars]\nansible_group_priority=9\nx=W\n'],
  ['inventory group_vars/all', 'group_vars/all.yml', 'x: W\n'],
  ['playbook group_vars/all', 'play/group_vars/all.yml', 'x: W\n'],
  ['inventory group_vars of parent', 'group_vars/parent.yml', 'x: W\n'],
  ['inventory group_vars of group', 'group_vars/a.yml', 'x: W\n'],
  ['playbook group_vars of parent', 'play/group_vars/parent.yml', 'x: W\n'],
  ['playbook group_vars of group', 'play/group_vars/a.yml', 'x: W\n'],
  ['inventory host', 'hosts', 'h x=W\n'],
  ['inventory host_vars', 'host_vars/h.yml', 'x: W\n'],
  ['playbook host_vars', 'play/host_vars/h.yml', 'x: W\n'],
];
const frame = '[a]\nh\n[b]\nh\n[aa]\nh\n[parent:children]\na\nb\naa\n';

function fromFiles(chosen: readonly (typeof places)[number][]): unknown {
  const files: Record<string, string> = { hosts: '' };
  for (const [name, file, text] of chosen) {
    const filled = text.replace('W', `"${name}"`);
    // Host lines must come before the first section.
    files[file] =
      file === 'hosts' && text.startsWith('h ')
        ? filled + files[file]
        : (files[file] ?? '') + filled;
  }
  const sections = files.hosts!.split(/(?=^\[)/m);
  const first = sections[0]!.startsWith('[') ? '' : sections.shift()!;
  const folder = folderOf({ ...files, hosts: first + frame + sections.join('') });
  const inventory = loadInventory([`${folder}/hosts`], { allowScripts: false });
  const beside = (name: string) => new VarsBeside([name], () => '');
  const layers = inventoryLayers(inventory, 'h', {
    inventory: beside(folder),
    playbook: beside(`${folder}/play`),
  });
  const value = winner(layersFor({ inventory: layers }));
  return typeof value === 'string' ? value.replaceAll('"', '') : value;
}

describe('each place of the inventory hides the one below', () => {
  const pairs = places.slice(1).map((higher, index) => [places[index]!, higher] as const);
  it.each(pairs)('%s', (lower, higher) => {
    expect(fromFiles([lower])).toBe(lower[0]);
    expect(fromFiles([lower, higher])).toBe(higher[0]);
  });

  it('the whole inventory stands between role defaults and facts', () => {
    const inventory = loadInventory(['h,'], { allowScripts: false });
    inventory.addHost('h', { vars: mapping('inventory') });
    const none = new VarsBeside([], () => '');
    const layers = inventoryLayers(inventory, 'h', { inventory: none, playbook: none });
    const below = { inventory: layers, roleDefaults: [named('r', 'defaults')] };
    expect(winner(layersFor(below))).toBe('inventory');
    expect(winner(layersFor({ ...below, facts: mapping('facts') }))).toBe('facts');
  });
});

describe('facts', () => {
  it('are variables and members of ansible_facts, but do not steer connections', () => {
    const facts = factVariables(
      new Map<string, unknown>([
        ['ansible_distribution', 'Debian'],
        ['ansible_host', 'evil'],
        ['ansible_become_user', 'evil'],
        ['services', 'x'],
      ]) as Mapping,
    );
    expect(facts.get('ansible_distribution')).toBe('Debian');
    expect(facts.get('services')).toBe('x');
    expect([facts.has('ansible_host'), facts.has('ansible_become_user')]).toEqual([false, false]);
    expect((facts.get('ansible_facts') as Mapping).get('distribution')).toBe('Debian');
    expect((facts.get('ansible_facts') as Mapping).get('host')).toBe('evil');
  });
});

it('flattens layers for display', () => {
  const layers = layersFor({ extraVars: mapping('e'), playVars: mapping('p') });
  expect(flattenLayers(layers.reverse())).toEqual(mapping('e'));
});
