import type { Value } from '../../values.ts';
import { truth } from '../python/compare.ts';
import { Fault } from '../python/faults.ts';
import { text } from '../python/text.ts';
import { asInteger, asString, asText } from '../runtime/arguments.ts';
import type { Definition } from '../runtime/definition.ts';
import { filter } from './define.ts';
import { fromJson, type JsonStyle, toJson } from './json.ts';
import { emitYaml, type YamlStyle } from './yaml-emitter.ts';
import { parseYaml, parseYamlDocuments } from './yaml-parser.ts';

const jsonOptions =
  'indent? sort_keys? ensure_ascii? separators? vault_to_text? preprocess_unsafe?';
const yamlOptions =
  'indent? width? sort_keys? default_flow_style? explicit_start? explicit_end? allow_unicode? default_style?';

/** Filters between values and their JSON, YAML and base64 text. */
export const encodingFilters: Record<string, Definition> = {
  to_json: filter('The value as JSON on one line.', jsonOptions, (value, args) =>
    toJson(value, jsonStyle(args, {})),
  ),
  to_nice_json: filter('The value as indented JSON with sorted keys.', jsonOptions, (value, args) =>
    toJson(value, jsonStyle(args, { indent: 4, sortKeys: true })),
  ),
  tojson: filter('The value as JSON that is safe within HTML.', 'indent?', (value, [indent]) =>
    toJson(value, { sortKeys: true, indent: optionalInteger(indent) }).replace(
      /[<>&']/g,
      (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
    ),
  ),
  from_json: filter('The value that a JSON text stands for.', '', (value) =>
    fromJson(asString(value, 'JSON')),
  ),
  to_yaml: filter(
    'The value as YAML, its innermost lists and dicts on one line.',
    yamlOptions,
    (value, args) => emitYaml(value, yamlStyle(args, { indent: 2, flow: 'leaves' })),
  ),
  to_nice_yaml: filter('The value as YAML with one item per line.', yamlOptions, (value, args) =>
    emitYaml(value, yamlStyle(args, { indent: 4, flow: 'never' })),
  ),
  from_yaml: filter('The value that a YAML text stands for.', '', (value) =>
    typeof value === 'string' ? parseYaml(value) : value,
  ),
  from_yaml_all: filter('The values of all documents in a YAML text.', '', (value) =>
    typeof value === 'string' ? parseYamlDocuments(value) : value,
  ),
  b64encode: filter('The text in base64.', 'encoding?', (value, [encoding]) =>
    Buffer.from(text(value), nodeEncoding(encoding)).toString('base64'),
  ),
  b64decode: filter('The text that base64 stands for.', 'encoding?', (value, [encoding]) =>
    Buffer.from(base64(text(value)), 'base64').toString(nodeEncoding(encoding)),
  ),
};

function jsonStyle(
  [indent, sortKeys, ascii, separators]: readonly (Value | undefined)[],
  otherwise: JsonStyle,
): JsonStyle {
  const pair = Array.isArray(separators)
    ? separators.map((part) => asString(part, 'a separator'))
    : undefined;
  return {
    indent: indent === null ? undefined : (optionalInteger(indent) ?? otherwise.indent),
    sortKeys: sortKeys === undefined ? otherwise.sortKeys : truth(sortKeys),
    ascii: ascii === undefined || truth(ascii),
    separators: pair ? [pair[0] ?? ', ', pair[1] ?? ': '] : undefined,
  };
}

function yamlStyle(
  [indent, width, sortKeys, flow, start, end, , quoting]: readonly (Value | undefined)[],
  otherwise: Pick<YamlStyle, 'indent' | 'flow'>,
): YamlStyle {
  const style =
    flow === undefined || flow === null ? otherwise.flow : truth(flow) ? 'always' : 'never';
  return {
    indent: asInteger(indent, otherwise.indent),
    width:
      typeof width === 'number'
        ? width
        : width === undefined || width === null
          ? 80
          : Number(text(width)),
    sortKeys: sortKeys === undefined || truth(sortKeys),
    flow: style,
    start: start !== undefined && truth(start),
    end: end !== undefined && truth(end),
    quoting: asText(quoting === null ? undefined : quoting),
  };
}

/** The base64 text without what does not belong to it; a Fault when its end is missing. */
function base64(source: string): string {
  const cleaned = source.replace(/[^A-Za-z0-9+/=]/g, '');
  if (cleaned.length % 4 !== 0) throw new Fault('this is not base64: its padding is incorrect');
  return cleaned;
}

function optionalInteger(value: Value | undefined): number | undefined {
  return value === undefined || value === null ? undefined : asInteger(value);
}

function nodeEncoding(encoding: Value | undefined): BufferEncoding {
  const name = asText(encoding, 'utf-8').toLowerCase().replaceAll('_', '-');
  const known: Record<string, BufferEncoding> = {
    'utf-8': 'utf8',
    utf8: 'utf8',
    ascii: 'latin1',
    'latin-1': 'latin1',
    latin1: 'latin1',
    'iso-8859-1': 'latin1',
    'utf-16-le': 'utf16le',
    'utf-16le': 'utf16le',
  };
  const found = known[name];
  if (!found)
    throw new Fault(
      `the encoding '${name}' is not known; there are ${Object.keys(known).join(', ')}`,
    );
  return found;
}
