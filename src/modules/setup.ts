import { Type } from 'typebox';
import { allSubsets, type Facts, facts } from '../observe/facts.ts';
import type { Observation } from '../observe/observation.ts';
import { globPattern } from '../observe/pkg.ts';
import type { Plain } from '../values.ts';
import { defineModule } from './contract.ts';
import { factSubsets, subsetProblems } from './fact-subsets.ts';

const defaultFactPath = '/etc/ansible/facts.d';

const args = Type.Object({
  gather_subset: Type.Optional(
    Type.Array(Type.String(), {
      description: `What to gather: all, ${allSubsets.join(', ')}; a name after ! is left out.`,
      default: ['all'],
    }),
  ),
  filter: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Shell globs; only facts whose name matches one are returned.',
      default: [],
    }),
  ),
  fact_path: Type.Optional(
    Type.String({ description: 'The folder of local facts (*.fact).', default: defaultFactPath }),
  ),
  gather_timeout: Type.Optional(
    Type.Integer({ description: 'Taken for compatibility.', default: 10 }),
  ),
});

export const setup = defineModule<
  typeof args,
  object,
  Record<string, Observation<Facts>>,
  Record<string, Observation<Facts>>
>({
  name: 'setup',
  summary: "Gathers facts about the host under Ansible's names.",
  args,
  examples: ['- name: Network facts only\n  setup:\n    gather_subset: [network, "!hardware"]'],
  returns: { ansible_facts: 'The facts, by name.' },
  check: (given) => subsetProblems(given.gather_subset ?? ['all']),
  observe: (given) => {
    const wanted = factSubsets(given.gather_subset ?? ['all']);
    return Object.fromEntries(
      wanted.map((subset) => [subset, facts(subset, given.fact_path ?? defaultFactPath)]),
    );
  },
  decide(given, observed) {
    const wanted = factSubsets(given.gather_subset ?? ['all']);
    const found: { [name: string]: Plain } = Object.create(null);
    for (const subset of wanted) Object.assign(found, observed[subset] as Facts);
    found.gather_subset = given.gather_subset ?? ['all'];
    found.module_setup = true;
    return {
      kind: 'unchanged',
      reason: `${Object.keys(found).length} facts gathered`,
      result: { ansible_facts: filtered(found, given.filter ?? []) },
    };
  },
});

/** A filter matches a fact's name with or without `ansible_` before it. */
function filtered(found: { [name: string]: Plain }, filters: readonly string[]): Plain {
  const patterns = filters.filter((text) => text !== '' && text !== '*').map(globPattern);
  if (patterns.length === 0) return found;
  const kept: { [name: string]: Plain } = Object.create(null);
  for (const [name, value] of Object.entries(found)) {
    const short = name.replace(/^ansible_/, '');
    if (patterns.some((pattern) => pattern.test(name) || pattern.test(short))) kept[name] = value;
  }
  return kept;
}
