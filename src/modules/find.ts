import { type Static, Type } from 'typebox';
import { RolecallError } from '../errors.ts';
import { type ContentState, content } from '../observe/content.ts';
import { type DigestState, digest } from '../observe/digest.ts';
import { type Observation, type Observations, probe } from '../observe/observation.ts';
import { type PathState, self } from '../observe/path.ts';
import { type TreeEntry, type TreeState, tree } from '../observe/tree.ts';
import { compilePython, searchFrom } from '../regex.ts';
import { sh } from '../shell/sh.ts';
import { defineModule } from './contract.ts';
import { joinPath } from './file-touches.ts';
import { type Found, findFilter, readAge, readSize } from './find-filter.ts';
import { patternProblem } from './line-edit.ts';
import { statResult } from './stat.ts';

const words = (description: string) => Type.Optional(Type.Array(Type.String(), { description }));

const args = Type.Object({
  paths: Type.Array(Type.String(), { description: 'Folders to look in.' }),
  patterns: words('Globs of the names, or regular expressions with `use_regex`; all by default.'),
  excludes: words('Names that do not count, in the same language.'),
  contains: Type.Optional(
    Type.String({
      description: 'Only files with a line that starts with this regular expression.',
    }),
  ),
  read_whole_file: Type.Boolean({
    description: 'Search `contains` anywhere in the whole content.',
    default: false,
  }),
  file_type: Type.Union(
    ['any', 'directory', 'file', 'link'].map((name) => Type.Literal(name)),
    { description: 'What counts.', default: 'file' },
  ),
  recurse: Type.Boolean({ description: 'Look in folders below too.', default: false }),
  depth: Type.Optional(Type.Integer({ description: 'How many levels deep, with `recurse`.' })),
  hidden: Type.Boolean({ description: 'Names that start with a dot count.', default: false }),
  follow: Type.Boolean({ description: 'Look in linked folders.', default: false }),
  age: Type.Optional(
    Type.String({ description: 'At least this old (`2d`), or with a minus at most (s m h d w).' }),
  ),
  age_stamp: Type.Union(
    ['atime', 'ctime', 'mtime'].map((name) => Type.Literal(name)),
    { description: 'Which time is the age.', default: 'mtime' },
  ),
  size: Type.Optional(
    Type.String({
      description: 'At least this large (`10m`), or with a minus at most (b k m g t).',
    }),
  ),
  use_regex: Type.Boolean({ description: 'Patterns are regular expressions.', default: false }),
  get_checksum: Type.Boolean({ description: 'SHA-1 of each file found.', default: false }),
});

export type FindArgs = Static<typeof args>;

export const find = defineModule({
  name: 'find',
  summary: 'Lists files by name, age, size, type or content.',
  args,
  aliases: { path: 'paths', name: 'paths', pattern: 'patterns', exclude: 'excludes' },
  examples: [
    "- name: Old logs\n  find:\n    paths: /var/log/app\n    patterns: '*.log'\n    age: 30d\n    recurse: true\n  register: old",
  ],
  returns: {
    files: 'A list of what was found: path, mode, size, mtime, uid, gid, isreg, isdir, …',
    matched: 'How many.',
    examined: 'How many were looked at.',
    skipped_paths: 'Folders that could not be read, with the reason.',
  },
  check: (given) => {
    const problems: string[] = [];
    if (given.age !== undefined && readAge(given.age) === undefined) {
      problems.push(`failed to process age '${given.age}'; expected a number with s, m, h, d or w`);
    }
    if (given.size !== undefined && readSize(given.size) === undefined) {
      problems.push(
        `failed to process size '${given.size}'; expected a number with b, k, m, g or t`,
      );
    }
    const patterns = given.use_regex ? [...(given.patterns ?? []), ...(given.excludes ?? [])] : [];
    for (const pattern of [
      ...patterns,
      ...(given.contains === undefined ? [] : [given.contains]),
    ]) {
      const problem = patternProblem(pattern, {});
      if (problem) problems.push(problem);
    }
    return problems;
  },
  observe: (given): Observations => {
    const observations: Observations = { self };
    for (const [index, name] of given.paths.entries()) {
      const depth = given.recurse ? given.depth : 1;
      observations[`tree${index}`] = tree(name, { depth, follow: given.follow });
    }
    if (given.age !== undefined) observations.now = clock;
    return observations;
  },
  refine: (given, observed: Record<string, unknown>): Observations => {
    const files = selected(given, observed).filter((found) => found.entry.type === 'file');
    const observations: Observations = {};
    for (const [index, { path }] of files.entries()) {
      if (given.contains !== undefined) observations[`content${index}`] = content(path);
      if (given.get_checksum) observations[`sum${index}`] = digest(path, 'sha1');
    }
    return observations;
  },
  decide: (given, observed: Record<string, unknown>) => {
    const candidates = selected(given, observed);
    const files = candidates.filter((found) => found.entry.type === 'file');
    const contains = containsFilter(given);
    const skipped: { [path: string]: string } = {};
    let examined = 0;
    for (const [index, name] of given.paths.entries()) {
      const below = observed[`tree${index}`] as TreeState;
      examined += below.entries.length;
      if (!below.exists) skipped[name] = `'${name}' is not a directory`;
      else if (below.denied > 0) skipped[name] = `${below.denied} folders may not be read`;
    }
    const kept = candidates.filter((found) => {
      if (!contains || found.entry.type !== 'file') return true;
      const state = observed[`content${files.indexOf(found)}`] as ContentState;
      return state.bytes !== undefined && contains(state.bytes.toString());
    });
    const results = kept.map((found) => {
      const { exists: _exists, ...result } = statResult(
        found.path,
        found.entry,
        observed.self as PathState,
      );
      const sum = observed[`sum${files.indexOf(found)}`] as DigestState | undefined;
      return sum?.digest === undefined ? result : { ...result, checksum: sum.digest };
    });
    const isComplete = Object.keys(skipped).length === 0;
    return {
      kind: 'unchanged',
      reason: `found ${results.length} of ${examined} in ${given.paths.join(', ')}`,
      result: {
        files: results,
        matched: results.length,
        examined,
        skipped_paths: skipped,
        msg: isComplete
          ? 'All paths examined'
          : 'Not all paths examined, check warnings for details',
      },
    };
  },
});

/** The host's clock at the first question; age counts from it. */
const clock: Observation<number> = probe('clock', sh`date +%s`, (answer) => {
  const text = answer.stdout.toString().trim();
  if (/^\d+$/.test(text)) return Number(text);
  throw new RolecallError({ code: 'probe-unreadable', message: `date answered '${text}'` });
});

function selected(given: FindArgs, observed: { readonly [name: string]: unknown }): Found[] {
  const keeps = findFilter(given, observed.now as number | undefined);
  return given.paths.flatMap((folder, index) => {
    const below = observed[`tree${index}`] as TreeState;
    return below.entries
      .map((entry: TreeEntry) => ({ path: joinPath(folder, entry.name), entry }))
      .filter(keeps);
  });
}

function containsFilter(given: FindArgs): ((text: string) => boolean) | undefined {
  if (given.contains === undefined) return undefined;
  const regex = compilePython(given.contains);
  if (given.read_whole_file) return (text) => searchFrom(regex, text) !== undefined;
  return (text) => text.split(/(?<=\n)/).some((line) => searchFrom(regex, line)?.index === 0);
}
