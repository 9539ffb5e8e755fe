import { type Document, parseAllDocuments, type YAMLParseError } from 'yaml';
import { type Problem, RolecallError } from '../errors.ts';
import type { Value } from '../values.ts';
import { composeValue } from './compose.ts';
import { checkDepth, decodeSource, type Locate, locator } from './guard.ts';

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

function read(source: string | Buffer, file: string) {
  const text = decodeSource(source, file);
  const locate = locator(text, file);
  checkDepth(text, locate);
  const problems: Problem[] = [];
  const parsed = parseAllDocuments(text, {
    version: '1.1',
    schema: 'failsafe',
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const documents = [...parsed] as Document.Parsed[];
  const stray = 'empty' in parsed ? parsed.errors : [];
  for (const error of stray) problems.push(asProblem(error, text, locate));
  const values = documents.map((document) => {
    for (const error of document.errors) problems.push(asProblem(error, text, locate));
    const value =
      document.errors.length === 0 ? composeValue(document.contents, locate, problems) : null;
    return { value, at: locate(document.contents?.range?.[0] ?? document.range[0]) };
  });
  if (problems.length > 0) throw new RolecallError(problems);
  return values;
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
