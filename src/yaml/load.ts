import { type Document, parseAllDocuments, type YAMLParseError } from 'yaml';
import { type Problem, RolecallError, type SourcePosition } from '../errors.ts';
import type { Value } from '../values.ts';
import { composeValue } from './compose.ts';
import { checkDepth, decodeSource, type Locate, locator } from './guard.ts';
import { repairIndentation } from './indentation.ts';

/**
 * Reads a file with one YAML document as Ansible does (YAML 1.1 scalars); an empty file is null.
 * Positions of all keys and values can then be asked from `positions.ts`. Strings may hold templates.
 * Throws one RolecallError ('yaml-syntax') with every problem found, each with line and column.
 *
 * @example loadYaml('- hosts: all', 'site.yml') // [Map { 'hosts' => 'all' }]
 */
export function loadYaml(source: string | Buffer, file: string): Value {
  const [first = null, second] = read(source, file);
  if (second === undefined) return first?.value ?? null;
  throw new RolecallError({
    code: 'yaml-syntax',
    message: 'the file holds more than one document',
    at: second.at,
    expected: 'a single document: no second --- line',
  });
}

/** Like `loadYaml`, for files with several documents. */
export function loadYamlDocuments(source: string | Buffer, file: string): Value[] {
  return read(source, file).map((document) => document.value);
}

interface Loaded {
  readonly value: Value;
  readonly at: SourcePosition;
}

function read(source: string | Buffer, file: string): Loaded[] {
  const text = decodeSource(source, file);
  const locate = locator(text, file);
  checkDepth(text, locate);
  const parsed = parse(text);
  const syntax = errorsOf(parsed).map((error) => asProblem(error, text, locate));
  if (syntax.length === 0) return compose(parsed, locate, text);
  const repaired = reparse(text, locate);
  if (repaired) return repaired;
  throw new RolecallError([...syntax, ...problemsOfGood(parsed, locate, text)]);
}

/** The same text with its lines indented as YAML wants them; undefined when that is not what is wrong. */
function reparse(text: string, locate: Locate): Loaded[] | undefined {
  const repaired = repairIndentation(text);
  if (repaired.added.size === 0) return undefined;
  const parsed = parse(repaired.text);
  if (errorsOf(parsed).length > 0) return undefined;
  const { file } = locate(0);
  const shifted = locator(repaired.text, file);
  return compose(parsed, (offset) => unshifted(shifted(offset), repaired.added), repaired.text);
}

function unshifted(at: SourcePosition, added: ReadonlyMap<number, number>): SourcePosition {
  return { ...at, column: Math.max(1, at.column - (added.get(at.line - 1) ?? 0)) };
}

type Parsed = ReturnType<typeof parseAllDocuments>;

function parse(text: string): Parsed {
  return parseAllDocuments(text, {
    version: '1.1',
    schema: 'failsafe',
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
}

function errorsOf(parsed: Parsed): YAMLParseError[] {
  const stray = 'empty' in parsed ? parsed.errors : [];
  return [...stray, ...[...parsed].flatMap((document) => document.errors)];
}

function compose(parsed: Parsed, locate: Locate, text: string): Loaded[] {
  const problems: Problem[] = [];
  const loaded = ([...parsed] as Document.Parsed[]).map((document) => ({
    value: composeValue(document.contents, locate, text, problems),
    at: locate(document.contents?.range?.[0] ?? document.range[0]),
  }));
  if (problems.length > 0) throw new RolecallError(problems);
  return loaded;
}

/** What else is wrong in the documents whose syntax is right. */
function problemsOfGood(parsed: Parsed, locate: Locate, text: string): Problem[] {
  const problems: Problem[] = [];
  for (const document of [...parsed] as Document.Parsed[]) {
    if (document.errors.length === 0) composeValue(document.contents, locate, text, problems);
  }
  return problems;
}

function asProblem(error: YAMLParseError, text: string, locate: Locate): Problem {
  const at = locate(error.pos[0]);
  const line = text.split('\n')[at.line - 1] ?? '';
  const hint = hintFor(error, line);
  const message = error.message.replace(/\.?\s*$/, '');
  return { code: 'yaml-syntax', message, at, ...(hint && { hint }) };
}

function hintFor(error: YAMLParseError, line: string): string | undefined {
  if (/(?::|-)\s+\{\{/.test(line) || /^\s*\{\{/.test(line)) {
    return 'Quote a value that begins with a template: key: "{{ name }} …".';
  }
  if (error.code === 'TAB_AS_INDENT' || /^\s*\t/.test(line)) return 'Indent with spaces, not tabs.';
  if (error.code === 'BLOCK_AS_IMPLICIT_KEY') {
    return "Quote a value that holds ': ', or put the inner mapping on its own lines.";
  }
  if (/quote/.test(error.message)) {
    return 'Check that each quote is closed; a value that begins with one must end with it.';
  }
  return undefined;
}
