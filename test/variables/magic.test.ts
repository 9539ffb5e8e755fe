import { describe, expect, it } from 'vitest';
import { loadInventory } from '../../src/inventory/load.ts';
import type { Value } from '../../src/values.ts';
import { layersFor } from '../../src/variables/layers.ts';
import { type MagicSources, magicValues } from '../../src/variables/magic.ts';
import { VariableScope } from '../../src/variables/scope.ts';
import { evaluateValue } from '../../src/variables/values.ts';
import { plainContext, taskVars } from './support/scopes.ts';

const inventory = loadInventory(['web1.example,web2.example,db'], { allowScripts: false });
inventory.addGroup('web');
inventory.addHost('web1.example', {
  groups: ['web'],
  vars: new Map<Value, Value>([
    ['port', 81],
    ['url', '{{ inventory_hostname }}:{{ port }}'],
  ]),
});
inventory.addHost('web2.example', {
  groups: ['web'],
  vars: new Map<Value, Value>([
    ['port', 82],
    ['url', '{{ inventory_hostname }}:{{ port }}'],
  ]),
});
inventory.reconcile();

function scopeFor(host: string, more: Partial<MagicSources> = {}): VariableScope {
  const magic = magicValues({
    inventory,
    host,
    scopeOf: (other) => scopeFor(other),
    playHosts: ['web1.example'],
    playHostsAll: ['web1.example', 'web2.example'],
    playBatch: ['web1.example'],
    playName: 'Site',
    playRoleNames: ['nginx'],
    playbookDir: '/srv/play',
    checkMode: true,
    diffMode: false,
    forks: 50,
    verbosity: 1,
    runTags: [],
    skipTags: ['slow'],
    ...more,
  });
  const playVars = inventory.host(host)!.vars;
  return new VariableScope(layersFor({ playVars, magic }), plainContext);
}

describe('magic variables', () => {
  const scope = scopeFor('web1.example', {
    role: { name: 'nginx', path: '/r/nginx', parents: ['base'] },
    limit: 'web',
  });
  const cases: [string, Value][] = [
    ['{{ inventory_hostname }} {{ inventory_hostname_short }}', 'web1.example web1'],
    ['{{ group_names }}', ['web']],
    ["{{ groups['web'] }}", ['web1.example', 'web2.example']],
    ['{{ groups.all | length }}', 3],
    ["{{ hostvars['web2.example'].url }}", 'web2.example:82'],
    ["{{ hostvars['web2.example']['inventory_hostname'] }}", 'web2.example'],
    ["{{ hostvars['nobody'].x | default('none') }}", 'none'],
    ["{{ 'web2.example' in hostvars }}", true],
    ["{{ ['db'] | map('extract', hostvars, 'inventory_hostname') | list }}", ['db']],
    ['{{ ansible_play_hosts }} {{ ansible_play_hosts_all | length }}', "['web1.example'] 2"],
    ['{{ ansible_check_mode }}', true],
    ['{{ ansible_run_tags }}', ['all']],
    ['{{ role_path }} {{ ansible_parent_role_names[0] }}', '/r/nginx base'],
    ["{{ ansible_version.full is version('2.9', '>=') }}", true],
    ['{{ playbook_dir }}', '/srv/play'],
    ['{{ ansible_limit }}', 'web'],
    ['{{ url }}', 'web1.example:81'],
  ];
  it.each(cases)('%s', (source, expected) => {
    expect(evaluateValue(source, scope)).toEqual(expected);
  });

  it('cannot be hidden', () => {
    expect(scope.with(taskVars('inventory_hostname: x')).get('inventory_hostname')).toBe(
      'web1.example',
    );
  });

  it('give hostvars without what the task adds', () => {
    const child = scope.with(taskVars('port: 9'));
    expect(evaluateValue("{{ port }} {{ hostvars['web2.example'].url }}", child)).toBe(
      '9 web2.example:82',
    );
  });
});
