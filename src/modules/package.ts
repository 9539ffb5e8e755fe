import { Type } from 'typebox';
import type { AptCacheState } from '../observe/apt-cache.ts';
import type { Observation } from '../observe/observation.ts';
import { apt } from './apt.ts';
import { aptArgs } from './apt-args.ts';
import { type Answers, type Args, type Decision, defineModule } from './contract.ts';
import { decideOther, type OtherPackages, otherPackages } from './package-other.ts';

const { deb: _deb, upgrade: _upgrade, force_apt_get: _forced, ...shared } = aptArgs.properties;

const args = Type.Object({
  ...shared,
  use: Type.Optional(
    Type.String({ description: '`auto` asks the host; `apt` is taken as well.', default: 'auto' }),
  ),
});

/** Named packageModule because `package` is a reserved word. */
export const packageModule = defineModule<
  typeof args,
  { readonly checkMode: boolean },
  Record<string, Observation<unknown>>,
  Record<string, Observation<unknown>>
>({
  name: 'package',
  summary: "Installs and removes packages by the host's own package manager.",
  args,
  aliases: { pkg: 'name' },
  examples: ['- name: Install git\n  package:\n    name: git\n    state: present'],
  returns: { stdout: 'What the package manager wrote.' },
  check: (given) => [
    ...(given.name === undefined ? ['name is needed'] : []),
    ...(given.use && !['auto', 'apt'].includes(given.use)
      ? [`use: ${given.use} is not supported; leave it out and the host is asked`]
      : []),
  ],
  prepare: (_given, controller) => ({ checkMode: controller.checkMode }),
  observe: (given) => ({ ...apt.observe(given as Args), other: otherPackages(given.name ?? []) }),
  refine: (given, observed) =>
    apt.refine(given as Args, observed) as Record<string, Observation<unknown>>,
  decide: (given, observed): Decision => {
    const answers = observed as Answers;
    if (!(answers.cache as AptCacheState).unsupported) return apt.decide(given as Args, answers);
    return decideOther(given.name ?? [], given.state ?? 'present', answers.other as OtherPackages);
  },
});
