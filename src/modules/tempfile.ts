import { Type } from 'typebox';
import { pathWord } from '../shell/path-word.ts';
import { rawSh, sh } from '../shell/sh.ts';
import { type Completion, type Decision, defineModule } from './contract.ts';
import { joinPath, touchesOf } from './file-touches.ts';

export const tempfile = defineModule({
  name: 'tempfile',
  summary: 'Makes a new file or folder with a name that nothing else has; nobody else may read it.',
  args: Type.Object({
    state: Type.Union([Type.Literal('file'), Type.Literal('directory')], {
      description: 'What to make.',
      default: 'file',
    }),
    path: Type.Optional(Type.String({ description: 'Folder to make it in; /tmp by default.' })),
    prefix: Type.String({ description: 'How the name starts.', default: 'ansible.' }),
    suffix: Type.String({ description: 'How the name ends.', default: '' }),
  }),
  examples: [
    '- name: A place to unpack in\n  tempfile:\n    state: directory\n  register: scratch',
  ],
  returns: { path: 'What was made.' },
  check: (given) =>
    (['prefix', 'suffix'] as const)
      .filter((name) => given[name].includes('/'))
      .map((name) => `${name} is '${given[name]}'; it may not hold a slash`),
  observe: () => ({}),
  decide: (given): Decision => {
    const folder = given.path ?? '/tmp';
    const option = given.state === 'directory' ? rawSh('-d ') : rawSh('');
    // busybox's mktemp wants the X at the end, so the suffix comes with a rename to a free name
    const place = joinPath(folder, `${given.prefix}XXXXXXXX`);
    const refuse = sh`echo ${`the directory ${folder} does not exist`} >&2`;
    const script =
      given.suffix === ''
        ? sh`made=$(mktemp ${option}${pathWord(place)}) || exit 1
printf '%s\\0' "$made"`
        : sh`for try in 1 2 3 4 5 6 7 8; do
  made=$(mktemp ${option}${pathWord(place)}) || exit 1
  named=$made${given.suffix}
  if [ ! -e "$named" ] && [ ! -L "$named" ] && mv -nT "$made" "$named" && [ ! -e "$made" ]; then
    printf '%s\\0' "$named"
    exit 0
  fi
  rm -rf "$made"
done
echo 'no free name was found' >&2
exit 1`;
    return {
      kind: 'change',
      summary: `a new ${given.state} in ${folder}`,
      diff: [],
      apply: [{ script: sh`[ -d ${pathWord(folder)} ] || { ${refuse}; exit 1; }\n${script}` }],
      touches: touchesOf(folder),
      predicts: [],
      verify: false,
      unknownResult: ['path'],
      complete: (outputs): Completion => {
        const output = outputs.at(-1)!;
        const made = output.stdout.toString().split('\0')[0]!;
        if (output.status !== 0) return { result: {}, failed: output.stderr.toString().trim() };
        return { result: { path: made, state: given.state } };
      },
    };
  },
});
