import { Type } from 'typebox';
import { nearestName } from '../../errors.ts';
import { coerce } from '../../schema/coerce.ts';
import { type Mapping, toPlain, Undefined, Unknown, type Value } from '../../values.ts';
import { failed, ok } from '../outcome.ts';
import type { EngineAction } from './action.ts';

export const validateArgumentSpec: EngineAction = {
  name: 'validate_argument_spec',
  summary: 'Holds variables against a specification, as meta/argument_specs does for roles.',
  args: Type.Object({
    argument_spec: Type.Record(Type.String(), Type.Unknown(), {
      description: 'Option → its rules.',
    }),
    provided_arguments: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'Values; variables of that name otherwise.',
      }),
    ),
    validate_args_context: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'Where the specification is from.',
      }),
    ),
  }),
  aliases: {},
  freeForm: undefined,
  examples: [
    '- validate_argument_spec:\n    argument_spec:\n      port:\n        type: int\n        required: true',
  ],
  returns: { argument_errors: 'What is wrong.' },
  run({ values, scope }) {
    const spec = values.get('argument_spec');
    const provided = values.get('provided_arguments');
    const read = (name: string): Value | undefined =>
      (provided instanceof Map ? provided.get(name) : undefined) ?? scope.get(name);
    const errors = spec instanceof Map ? checkOptions(spec, read, '') : [];
    if (errors.length === 0) return ok('The arg spec validation passed');
    const result = new Map<Value, Value>([['argument_errors', errors]]);
    return failed(`Validation of arguments failed:\n${errors.join('\n')}`, { result });
  },
};

function checkOptions(
  spec: Mapping,
  read: (name: string) => Value | undefined,
  prefix: string,
): string[] {
  return [...spec].flatMap(([key, rules]) => {
    if (!(rules instanceof Map)) return [];
    const name = String(key);
    const value = read(name);
    const absent = value === undefined || value === null || value instanceof Undefined;
    if (absent)
      return rules.get('required') === true ? [`missing required arguments: ${prefix}${name}`] : [];
    return value instanceof Unknown ? [] : checkValue(rules, value, `${prefix}${name}`);
  });
}

function checkValue(rules: Mapping, value: Value, name: string): string[] {
  const type = String(rules.get('type') ?? 'str');
  const bent = coerce({ type: schemaTypes[type] }, toPlain(value));
  if (!fits(type, bent)) {
    return [
      `argument '${name}' is of type ${kindOf(bent)} and we were unable to convert to ${type}`,
    ];
  }
  const choices = rules.get('choices');
  if (Array.isArray(choices)) {
    const wrong = (Array.isArray(bent) ? bent : [bent]).filter(
      (one) => !choices.includes(one as Value),
    );
    if (wrong.length > 0) {
      const nearest = nearestName(String(wrong[0]), choices.map(String));
      return [
        `value of ${name} must be one of: ${choices.map(String).join(', ')}, got: ${wrong.map(String).join(', ')}${nearest ? ` (did you mean '${nearest}'?)` : ''}`,
      ];
    }
  }
  const options = rules.get('options');
  if (!(options instanceof Map)) return [];
  const items = type === 'list' && Array.isArray(value) ? value : [value];
  return items.flatMap((item, index) => {
    if (!(item instanceof Map)) return [];
    const at = type === 'list' ? `${name}[${index}].` : `${name}.`;
    const extra = [...item.keys()].filter((key) => !options.has(key));
    return [
      ...extra.map((key) => `unsupported argument: ${at}${String(key)}`),
      ...checkOptions(options, (key) => item.get(key), at),
    ];
  });
}

const schemaTypes: Readonly<Record<string, string>> = {
  str: 'string',
  path: 'string',
  int: 'integer',
  float: 'number',
  bool: 'boolean',
  list: 'array',
  dict: 'object',
};

function fits(type: string, value: unknown): boolean {
  switch (schemaTypes[type]) {
    case 'string':
      return typeof value === 'string';
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && !Array.isArray(value);
    default:
      return true;
  }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' ? 'dict' : typeof value;
}
