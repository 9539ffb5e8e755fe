import { Type } from 'typebox';
import { content } from '../observe/content.ts';
import { predict, probe } from '../observe/observation.ts';
import { sh } from '../shell/sh.ts';
import { type ApplyStep, type Decision, defineModule } from './contract.ts';

export const modprobe = defineModule({
  name: 'modprobe',
  summary: 'Loads and unloads kernel modules, now and at boot.',
  args: Type.Object({
    name: Type.String({ description: 'The module.' }),
    state: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description: 'Whether it is loaded now.',
        default: 'present',
      }),
    ),
    params: Type.Optional(Type.String({ description: 'Its parameters.', default: '' })),
    persistent: Type.Optional(
      Type.Union([Type.Literal('disabled'), Type.Literal('absent'), Type.Literal('present')], {
        description: 'Whether it is loaded at boot; disabled leaves that as it is.',
        default: 'disabled',
      }),
    ),
  }),
  examples: [
    '- name: Bridges pass netfilter\n  modprobe:\n    name: br_netfilter\n    persistent: present',
  ],
  returns: { name: 'The module.', params: 'As given.', state: 'As asked for.' },
  check: (args) => [
    ...(/^[\w-]+$/.test(args.name) ? [] : [`'${args.name}' cannot be a kernel module`]),
    ...(args.params?.includes('\n') ? ['params cannot hold a newline'] : []),
  ],
  observe: (args) => ({
    loaded: content('/proc/modules'),
    builtin: probe(
      'built-in module',
      sh`n=${args.name.replaceAll('-', '_')}
if grep -q "^$n " /proc/modules; then :
elif [ -d "/sys/module/$n" ] || grep -qsE ${`/${args.name.replace(/[-_]/g, '[-_]')}\\.ko`} "/lib/modules/$(uname -r)/modules.builtin"; then echo 1; fi`,
      (answer) => answer.stdout.toString().trim() === '1',
    ),
    boot: content(bootFile(args.name)),
    options: content(optionsFile(args.name)),
  }),
  decide(args, observed): Decision {
    const { name } = args;
    const params = args.params ?? '';
    const result = { name, params, state: args.state ?? 'present' };
    const modules = observed.loaded.bytes?.toString() ?? '';
    const own = name.replaceAll('-', '_');
    const isLoaded =
      observed.builtin || modules.split('\n').some((line) => line.startsWith(`${own} `));
    const wanted = args.state !== 'absent';
    if (!wanted && observed.builtin) {
      return { kind: 'failed', message: `${name} is built into the kernel and cannot be unloaded` };
    }
    const steps: ApplyStep[] = [];
    const parts: string[] = [];
    const predicts = [];
    if (wanted !== isLoaded) {
      parts.push(wanted ? 'load' : 'unload');
      const words = params.split(/\s+/).filter(Boolean);
      steps.push({
        script: wanted
          ? sh`PATH=$PATH:/usr/sbin:/sbin modprobe ${name} ${words}`
          : sh`PATH=$PATH:/usr/sbin:/sbin modprobe -r ${name}`,
      });
      const others = modules.split('\n').filter((line) => !line.startsWith(`${own} `));
      const text = wanted ? `${own} 0 0 - Live 0x0\n${modules}` : others.join('\n');
      predicts.push(predict(content('/proc/modules'), { bytes: Buffer.from(text) }));
    }
    if (args.persistent === 'present' || args.persistent === 'absent') {
      const keeps = args.persistent === 'present';
      const files: [string, string | undefined, string | undefined][] = [
        [bootFile(name), observed.boot.bytes?.toString(), keeps ? `${name}\n` : undefined],
        [
          optionsFile(name),
          observed.options.bytes?.toString(),
          keeps && params ? `options ${name} ${params}\n` : undefined,
        ],
      ];
      for (const [file, now, text] of files) {
        if (now === text) continue;
        parts.push(`${text === undefined ? 'remove' : 'write'} ${file}`);
        steps.push({
          script:
            text === undefined
              ? sh`rm -f -- ${file}`
              : sh`t=$(mktemp ${`${file}.XXXXXX`}) && printf '%s' ${text} >"$t" && chmod 644 "$t" && sync "$t" && mv -f -- "$t" ${file}`,
        });
        predicts.push(
          text === undefined
            ? predict(content(file), { bytes: undefined, why: 'absent' })
            : predict(content(file), { bytes: Buffer.from(text) }),
        );
      }
    }
    if (steps.length === 0) {
      const how = observed.builtin ? 'built in' : isLoaded ? 'loaded' : 'not loaded';
      return { kind: 'unchanged', reason: `${name} is ${how}`, result };
    }
    return {
      kind: 'change',
      summary: parts.join(', '),
      diff: [
        {
          header: `module ${name}`,
          before: `loaded: ${isLoaded}\n`,
          after: `loaded: ${wanted}\n`,
        },
      ],
      apply: steps,
      touches: 'everything',
      predicts,
      result,
      verify: true,
    };
  },
});

function bootFile(name: string): string {
  return `/etc/modules-load.d/${name}.conf`;
}

function optionsFile(name: string): string {
  return `/etc/modprobe.d/${name}.conf`;
}
