import { Type } from 'typebox';
import { aptCache } from '../observe/apt-cache.ts';
import type { ContentState } from '../observe/content.ts';
import { type Observation, predict, probe } from '../observe/observation.ts';
import type { PathState } from '../observe/path.ts';
import { joinSh, rawSh, type Sh, sh } from '../shell/sh.ts';
import { aptRequest } from './apt-args.ts';
import { aptScript } from './apt-commands.ts';
import { type Answers, type Decision, defineModule, type Module } from './contract.ts';
import { assumeAbsent, changeText, textOf, textQuestions } from './managed-text.ts';
import { octalMode } from './octal-mode.ts';
import { fileNameFor, readSourceLine, sameSource, withoutSource } from './source-line.ts';

const args = Type.Object({
  repo: Type.String({
    description: 'A line of sources.list: `deb [options] URI SUITE COMPONENTS`.',
  }),
  state: Type.Optional(
    Type.Union([Type.Literal('present'), Type.Literal('absent')], {
      description: 'Whether some file of sources has the line.',
      default: 'present',
    }),
  ),
  filename: Type.Optional(
    Type.String({
      description: 'The file in sources.list.d, without .list; made from the line when left out.',
    }),
  ),
  mode: Type.Optional(
    Type.Union([Type.String(), Type.Integer()], {
      description: 'Mode of a new file, 0644 when left out.',
    }),
  ),
  update_cache: Type.Optional(
    Type.Boolean({ description: 'Refresh the package lists after a change.', default: true }),
  ),
  update_cache_retries: Type.Optional(
    Type.Integer({ description: 'How often a refresh is tried.', default: 5, minimum: 1 }),
  ),
  update_cache_retry_max_delay: Type.Optional(
    Type.Integer({
      description: 'Longest pause between tries, in seconds.',
      default: 12,
      minimum: 0,
    }),
  ),
  install_python_apt: Type.Optional(
    Type.Boolean({ description: 'Taken for compatibility: nothing is installed.', default: true }),
  ),
  validate_certs: Type.Optional(
    Type.Boolean({ description: 'Taken for compatibility with true only.', default: true }),
  ),
});

export const aptRepository: Module = defineModule<
  typeof args,
  object,
  Record<string, Observation<unknown>>,
  Record<string, Observation<unknown>>
>({
  name: 'apt_repository',
  summary: 'Adds and removes one-line package sources of apt.',
  args,
  aliases: { 'update-cache': 'update_cache' },
  examples: [
    "- name: The vendor's packages\n  apt_repository:\n    repo: deb [signed-by=/etc/apt/keyrings/vendor.asc] https://apt.example.org/ stable main\n    filename: vendor",
  ],
  returns: { repo: 'The line.', state: 'As asked for.', sources_added: 'Files that were made.' },
  check(given) {
    const problems: string[] = [];
    if (given.repo.trim().startsWith('ppa:')) {
      problems.push(
        `'${given.repo}' is a PPA: its key would have to be asked from Launchpad; give its deb line and key file instead`,
      );
    } else if (!readSourceLine(given.repo)) {
      problems.push(`'${given.repo}' is not a line of sources.list (deb URI SUITE COMPONENTS)`);
    }
    if (given.filename !== undefined && !/^[\w.-]+$/.test(given.filename)) {
      problems.push(`filename '${given.filename}' may have letters, digits, _ - and . only`);
    }
    if (given.mode !== undefined && octalMode(given.mode) === undefined) {
      problems.push(`mode '${given.mode}' is not an octal mode`);
    }
    if (given.validate_certs === false) problems.push('validate_certs: false is not supported');
    return problems;
  },
  observe: (given) => ({
    ...textQuestions(fileOf(given)),
    cache: aptCache(),
    lists: sourceLists(),
  }),
  decideUnknown: (given, observed) => aptRepository.decide(given, assumeAbsent(observed)),
  decide(given, observed): Decision {
    const line = readSourceLine(given.repo)!;
    const lists = observed.lists as SourceLists;
    const result = { repo: given.repo, state: given.state ?? 'present' };
    const holders = lists.filter((list) =>
      list.text.split('\n').some((text) => sameSource(readSourceLine(text), line)),
    );
    if (given.state === 'absent') {
      if (holders.length === 0) {
        return { kind: 'unchanged', reason: `no file of sources has '${line.text}'`, result };
      }
      return removal(given, holders, observed, result);
    }
    const file = fileOf(given);
    if (holders.length > 0) {
      return { kind: 'unchanged', reason: `${holders[0]!.file} has '${line.text}'`, result };
    }
    const before = textOf(observed as { text: ContentState });
    if (before === undefined)
      return { kind: 'failed', message: `${file} cannot be read as a text file` };
    const after = `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${line.text}\n`;
    return changeText({
      file,
      place: observed.place as PathState,
      before,
      after,
      summary: `add '${line.text}' to ${file}`,
      result: { ...result, sources_added: before === '' ? [file] : [] },
      newMode: given.mode === undefined ? 0o644 : octalMode(given.mode)!,
      stepsAfter: refresh(given),
      touches: 'everything',
      predicts: predictions(observed, [
        ...lists.filter((list) => list.file !== file),
        { file, text: after },
      ]),
    });
  },
});

type SourceLists = readonly { readonly file: string; readonly text: string }[];

interface Given {
  readonly repo: string;
  readonly filename?: string;
  readonly update_cache?: boolean;
  readonly update_cache_retries?: number;
  readonly update_cache_retry_max_delay?: number;
}

function fileOf(given: Given): string {
  const name = given.filename ?? fileNameFor(given.repo);
  return `/etc/apt/sources.list.d/${name.replace(/\.list$/, '')}.list`;
}

/** All one-line sources with the names of their files, in one go. */
function sourceLists(): Observation<SourceLists> {
  return probe(
    'apt sources',
    rawSh(`for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
[ -f "$f" ] && [ -r "$f" ] || continue
v=$(cat "$f"; echo .)
printf '%s %s\\n%s\\n' "\${#v}" "$f" "$v"
done`),
    (answer) => {
      const lists: { file: string; text: string }[] = [];
      let at = 0;
      while (at < answer.stdout.length) {
        const end = answer.stdout.indexOf(0x0a, at);
        const header = /^(\d+) (.*)$/.exec(answer.stdout.toString('utf8', at, end));
        if (end < 0 || !header) break;
        const length = Number(header[1]);
        const text = answer.stdout.toString('utf8', end + 1, end + 1 + length);
        lists.push({ file: header[2]!, text: text.replace(/\.$/, '') });
        at = end + 1 + length + 1;
      }
      return lists;
    },
  );
}

function removal(
  given: Given,
  holders: SourceLists,
  observed: Answers,
  result: { readonly [key: string]: string },
): Decision {
  const line = readSourceLine(given.repo)!;
  const changed = holders.map((list) => ({
    file: list.file,
    text: withoutSource(list.text, line),
    before: list.text,
  }));
  const scripts = changed.map(({ file, text }) => {
    const isEmpty = text.trim() === '' && file !== '/etc/apt/sources.list';
    return isEmpty ? sh`rm -f -- ${file}` : rewrite(file, text);
  });
  const others = (observed.lists as SourceLists).filter(
    (list) => !changed.some((one) => one.file === list.file),
  );
  return {
    kind: 'change',
    summary: `remove '${line.text}' from ${changed.map((one) => one.file).join(', ')}`,
    diff: changed.map(({ file, text, before }) => ({ header: file, before, after: text })),
    apply: [{ script: joinSh(scripts, ' || exit\n') }, ...refresh(given)],
    touches: 'everything',
    predicts: predictions(observed, [...others, ...changed]),
    result,
    verify: true,
  };
}

/** The old file's owner and mode stay; the new one is in place at once. */
function rewrite(file: string, text: string): Sh {
  return sh`t=$(mktemp ${`${file}.rolecall.XXXXXX`}) && cp -p -- ${file} "$t" && printf '%s' ${text} >"$t" && sync "$t" && mv -f -- "$t" ${file}`;
}

function refresh(given: Given): { script: Sh }[] {
  if (given.update_cache === false) return [];
  const request = aptRequest({
    update_cache_retries: given.update_cache_retries ?? 5,
    update_cache_retry_max_delay: given.update_cache_retry_max_delay ?? 12,
  });
  return [{ script: aptScript([], true, request) }];
}

function predictions(observed: Answers, lists: SourceLists) {
  const cache = observed.cache as { readonly now: number };
  return [
    predict(sourceLists(), lists),
    predict(aptCache(), {
      ...(observed.cache as never as object),
      updatedAt: cache.now,
      pending: true,
    } as never),
  ];
}
