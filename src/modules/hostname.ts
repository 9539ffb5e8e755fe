import { Type } from 'typebox';
import { content } from '../observe/content.ts';
import { predict } from '../observe/observation.ts';
import { sysctl } from '../observe/sysctl.ts';
import { sh } from '../shell/sh.ts';
import { type Decision, defineModule } from './contract.ts';
import { textOf, textQuestions } from './managed-text.ts';

const file = '/etc/hostname';

export const hostname = defineModule({
  name: 'hostname',
  summary: "Sets the host's name, now and at boot (/etc/hostname).",
  args: Type.Object({
    name: Type.String({ description: 'The name; not checked against DNS.' }),
    use: Type.Optional(
      Type.Union(
        [
          Type.Literal('systemd'),
          Type.Literal('debian'),
          Type.Literal('generic'),
          Type.Literal('alpine'),
          Type.Literal('redhat'),
          Type.Literal('openrc'),
        ],
        {
          description:
            'systemd asks hostnamectl; the others write the file. The host decides when left out.',
        },
      ),
    ),
  }),
  examples: ['- name: The name of the host\n  hostname:\n    name: "{{ inventory_hostname }}"'],
  returns: { name: 'The name.', ansible_facts: 'The facts that follow from it.' },
  check: (args) =>
    /^[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$/.test(args.name)
      ? []
      : [`'${args.name}' cannot be a host's name (letters, digits, - and ., at most 64)`],
  observe: () => ({ ...textQuestions(file), now: sysctl('kernel.hostname') }),
  decide(args, observed): Decision {
    const { name } = args;
    const saved = textOf(observed)?.trim();
    const now = observed.now.value;
    const facts = { ansible_hostname: name.split('.')[0]!, ansible_nodename: name };
    const result = { name, ansible_facts: facts };
    if (saved === name && now === name) {
      return { kind: 'unchanged', reason: `the name is ${name}, now and in ${file}`, result };
    }
    const byHand = sh`printf '%s\\n' ${name} >${file} && chmod 644 ${file} && { [ "$(cat /proc/sys/kernel/hostname)" = ${name} ] || hostname ${name}; }`;
    const bySystemd = sh`hostnamectl set-hostname -- ${name}`;
    const script =
      args.use === 'systemd'
        ? bySystemd
        : args.use === undefined
          ? sh`if [ -d /run/systemd/system ] && command -v hostnamectl >/dev/null && ${bySystemd} 2>/dev/null; then :; else ${byHand}; fi`
          : byHand;
    const bytes = Buffer.from(`${name}\n`);
    return {
      kind: 'change',
      summary: now === name ? `${name} in ${file}` : `${now ?? 'unknown'} → ${name}`,
      diff: [
        {
          header: 'hostname',
          before: `now: ${now ?? ''}\nat boot: ${saved ?? ''}\n`,
          after: `now: ${name}\nat boot: ${name}\n`,
        },
      ],
      apply: [{ script }],
      touches: 'everything',
      predicts: [
        predict(sysctl('kernel.hostname'), { value: name }),
        predict(content(file), { bytes }),
      ],
      result,
      verify: true,
    };
  },
});
