import { Type } from 'typebox';
import { aptCache } from '../observe/apt-cache.ts';
import { predict } from '../observe/observation.ts';
import { type Decision, defineModule, type Module } from './contract.ts';
import { assumeAbsent, changeText, textOf, textQuestions } from './managed-text.ts';
import { octalMode } from './octal-mode.ts';

const list = (description: string) => Type.Optional(Type.Array(Type.String(), { description }));
const flag = (description: string) => Type.Optional(Type.Boolean({ description }));

const fields = {
  allow_downgrade_to_insecure: flag('Go on without signatures where there were some.'),
  allow_insecure: flag('Take the source without signatures.'),
  allow_weak: flag('Take weak signatures.'),
  architectures: list('The architectures; all of the host when left out.'),
  by_hash: flag('Fetch lists by their checksum.'),
  check_date: flag('Check the date of the Release file.'),
  check_valid_until: flag('Refuse lists that ran out.'),
  components: list('`main`, `contrib` …'),
  date_max_future: Type.Optional(
    Type.Integer({ description: 'Seconds that a date may be ahead.' }),
  ),
  enabled: flag('Whether apt uses it.'),
  inrelease_path: Type.Optional(Type.String({ description: 'Where the InRelease file is.' })),
  languages: list('Languages of the translations.'),
  pdiffs: flag('Fetch differences of lists.'),
  signed_by: Type.Optional(
    Type.String({
      description: 'A key file on the host, or the armoured key itself; a URL is refused.',
    }),
  ),
  suites: list('`stable`, `trixie` …'),
  targets: list('What to fetch.'),
  trusted: flag('Take everything from it without checking.'),
  types: Type.Optional(
    Type.Array(Type.Union([Type.Literal('deb'), Type.Literal('deb-src')]), {
      description: 'Binary or source packages.',
      default: ['deb'],
    }),
  ),
  uris: list('Where the packages are.'),
};

export const deb822Repository: Module = defineModule({
  name: 'deb822_repository',
  summary: 'Writes a package source of apt in the deb822 form (.sources).',
  args: Type.Object({
    name: Type.String({
      description: 'Its name; the file is NAME.sources in /etc/apt/sources.list.d.',
    }),
    state: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description: 'Whether the file exists.',
        default: 'present',
      }),
    ),
    mode: Type.Optional(
      Type.Union([Type.String(), Type.Integer()], {
        description: 'Mode of the file.',
        default: '0644',
      }),
    ),
    ...fields,
  }),
  examples: [
    '- name: The packages of the vendor\n  deb822_repository:\n    name: vendor\n    uris: https://apt.example.org\n    suites: stable\n    components: main\n    signed_by: /etc/apt/keyrings/vendor.asc',
  ],
  returns: { repo: 'The text of the file.', dest: 'The file.' },
  check(args) {
    const problems: string[] = [];
    if (args.state !== 'absent' && (!args.uris?.length || !args.suites?.length)) {
      problems.push('uris and suites are needed');
    }
    if (args.signed_by && /^\w+:\/\//.test(args.signed_by)) {
      problems.push(
        'signed_by as a URL is not supported; get the key with get_url first and name the file',
      );
    }
    if (args.mode !== undefined && octalMode(args.mode) === undefined) {
      problems.push(`mode '${args.mode}' is not an octal mode`);
    }
    return problems;
  },
  observe: (args) => ({ ...textQuestions(fileOf(args.name)), cache: aptCache() }),
  decideUnknown: (given, observed) => deb822Repository.decide(given, assumeAbsent(observed)),
  decide(args, observed): Decision {
    const file = fileOf(args.name);
    const before = textOf(observed);
    const { place, cache } = observed;
    if (before === undefined)
      return { kind: 'failed', message: `${file} cannot be read as a text file` };
    const mode = octalMode(args.mode ?? '0644')!;
    const absent = args.state === 'absent';
    const after = absent ? undefined : stanza(args);
    const result = { repo: after ?? '', dest: file, key_filename: null };
    if (absent && !place.exists)
      return { kind: 'unchanged', reason: `there is no ${file}`, result };
    const sameMode = place.exists && (place.type !== 'file' || place.mode === mode);
    if (!absent && before === after && sameMode) {
      return { kind: 'unchanged', reason: `${file} has this source`, result };
    }
    return changeText({
      file,
      place,
      before,
      after,
      mode,
      summary: absent ? `remove ${file}` : before === '' ? `add ${file}` : `change ${file}`,
      result,
      touches: 'everything',
      predicts: [predict(aptCache(), { ...cache, pending: true })],
    });
  },
});

function fileOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[_\s]+/g, '-')
    .replace(/[^a-z0-9-]+/g, '');
  return `/etc/apt/sources.list.d/${slug}.sources`;
}

type Fields = { readonly [name: string]: unknown };

/** Fields in alphabetical order, as Ansible writes them. */
function stanza(args: Fields & { readonly name: string }): string {
  const lines: string[] = [`X-Repolib-Name: ${args.name}`];
  const given: Fields = { types: ['deb'], ...args };
  for (const name of Object.keys(fields).sort()) {
    const value = given[name];
    if (value === undefined || value === null) continue;
    lines.push(`${fieldName(name)}: ${fieldValue(value)}`);
  }
  return `${lines.sort(compareFields).join('\n')}\n`;
}

function compareFields(a: string, b: string): number {
  const name = (line: string) => line.split(':')[0]!.toLowerCase();
  return name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0;
}

function fieldName(name: string): string {
  const special: Readonly<Record<string, string>> = {
    uris: 'URIs',
    pdiffs: 'PDiffs',
    inrelease_path: 'InRelease-Path',
  };
  return (
    special[name] ??
    name
      .split('_')
      .map((word) => word[0]!.toUpperCase() + word.slice(1))
      .join('-')
  );
}

function fieldValue(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.join(' ');
  const text = String(value).trimEnd();
  if (!text.includes('\n')) return text;
  return `\n${text
    .split('\n')
    .map((line) => (line.trim() === '' ? ' .' : ` ${line}`))
    .join('\n')}`;
}
