import { Type } from 'typebox';
import { predict } from '../observe/observation.ts';
import { normalValue, sysctl as sysctlState } from '../observe/sysctl.ts';
import { type Sh, sh } from '../shell/sh.ts';
import { type Decision, defineModule, type Module } from './contract.ts';
import { assumeAbsent, changeText, textOf, textQuestions } from './managed-text.ts';

const defaultFile = '/etc/sysctl.conf';

export const sysctl: Module = defineModule({
  name: 'sysctl',
  summary: 'Sets kernel parameters in a file of sysctl and, if asked, at once.',
  args: Type.Object({
    name: Type.String({ description: 'The parameter: `net.ipv4.ip_forward`.' }),
    value: Type.Optional(Type.String({ description: 'Its value.' })),
    state: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description: 'Whether the file has the parameter.',
        default: 'present',
      }),
    ),
    sysctl_file: Type.Optional(
      Type.String({
        description: 'The file, `/etc/sysctl.conf` when left out.',
        default: defaultFile,
      }),
    ),
    sysctl_set: Type.Optional(
      Type.Boolean({ description: 'Also compare and set the value in use.', default: false }),
    ),
    reload: Type.Optional(
      Type.Boolean({ description: 'Load the file after it changed (sysctl -p).', default: true }),
    ),
    ignoreerrors: Type.Optional(
      Type.Boolean({
        description: 'Do not fail on parameters that the kernel does not know.',
        default: false,
      }),
    ),
  }),
  aliases: { key: 'name', val: 'value' },
  examples: [
    "- name: Forward packets\n  sysctl:\n    name: net.ipv4.ip_forward\n    value: '1'\n    sysctl_file: /etc/sysctl.d/50-forward.conf\n    sysctl_set: true",
  ],
  returns: { name: 'The parameter.' },
  check(args) {
    const problems: string[] = [];
    if (!/^[\w.*/:@+-]+$/.test(args.name))
      problems.push(`'${args.name}' cannot be a kernel parameter`);
    if (args.state !== 'absent' && (args.value === undefined || args.value.trim() === '')) {
      problems.push('value is needed');
    }
    if (args.value?.includes('\n')) problems.push('value cannot hold a newline');
    return problems;
  },
  observe: (args) => ({
    ...textQuestions(args.sysctl_file ?? defaultFile),
    now: sysctlState(args.name),
  }),
  decideUnknown: (given, observed) => sysctl.decide(given, assumeAbsent(observed)),
  decide(args, observed): Decision {
    const file = args.sysctl_file ?? defaultFile;
    const before = textOf(observed);
    const { now, place } = observed;
    const { name } = args;
    const result = { name };
    if (before === undefined)
      return { kind: 'failed', message: `${file} cannot be read as a text file` };
    if (args.state === 'absent') {
      const after = edited(before, name, undefined);
      if (after === before)
        return { kind: 'unchanged', reason: `${file} does not set ${name}`, result };
      return changeText({
        file,
        place,
        before,
        after,
        summary: `remove ${name} from ${file}`,
        result,
      });
    }
    const value = wanted(args.value!);
    if (args.sysctl_set && now.value === undefined && !args.ignoreerrors) {
      return {
        kind: 'failed',
        message: `the kernel of this host has no parameter ${name}`,
        hint: 'Load its module first, correct the name, or set ignoreerrors: true.',
      };
    }
    const after = edited(before, name, value);
    const sets = args.sysctl_set === true && now.value !== undefined && now.value !== value;
    const reloads = args.reload !== false && after !== before;
    const commands: Sh[] = [];
    const options = args.ignoreerrors ? ['-q', '-e'] : ['-q'];
    if (sets) commands.push(sh`sysctl ${options} -w ${`${name}=${value}`}`);
    if (reloads) commands.push(sh`sysctl ${options} -p ${file}`);
    const steps = commands.map((script) => ({ script: sh`PATH=$PATH:/usr/sbin:/sbin\n${script}` }));
    const applies = (sets || reloads) && now.value !== undefined;
    const predicts = applies ? [predict(sysctlState(name), { value })] : [];
    if (after !== before) {
      return changeText({
        file,
        place,
        before,
        after,
        summary: `${name} = ${value} in ${file}${sets ? ` (now ${now.value})` : ''}`,
        result,
        stepsAfter: steps,
        touches: [sysctlState(name)],
        predicts,
      });
    }
    if (!sets) {
      const inUse = args.sysctl_set ? ' and in use' : '';
      return { kind: 'unchanged', reason: `${name} = ${value} in ${file}${inUse}`, result };
    }
    return {
      kind: 'change',
      summary: `${name}: ${now.value} → ${value}`,
      diff: [{ header: name, before: `${now.value}\n`, after: `${value}\n` }],
      apply: steps,
      touches: [sysctlState(name)],
      predicts,
      result,
      verify: true,
    };
  },
});

/** Ansible takes words of truth for 1 and 0. */
function wanted(text: string): string {
  const word = text.trim().toLowerCase();
  if (['yes', 'true', 'on'].includes(word)) return '1';
  if (['no', 'false', 'off'].includes(word)) return '0';
  return normalValue(text);
}

/** The text with the parameter set once, in its first place, or without it. Unchanged where it says so already. */
function edited(text: string, name: string, value: string | undefined): string {
  const lines = text.split('\n');
  const isOurs = (line: string) => parameterOf(line) === canonical(name);
  const found = lines.filter(isOurs);
  if (value === undefined)
    return found.length === 0 ? text : lines.filter((line) => !isOurs(line)).join('\n');
  if (found.length === 1 && normalValue(found[0]!.slice(found[0]!.indexOf('=') + 1)) === value)
    return text;
  const entry = `${name}=${value}`;
  if (found.length === 0)
    return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${entry}\n`;
  const first = lines.findIndex(isOurs);
  return lines
    .flatMap((line, index) => (index === first ? [entry] : isOurs(line) ? [] : [line]))
    .join('\n');
}

function parameterOf(line: string): string | undefined {
  const match = /^\s*-?\s*([^#;=\s][^=]*?)\s*=/.exec(line);
  return match ? canonical(match[1]!) : undefined;
}

function canonical(name: string): string {
  return name.replaceAll('/', '.');
}
