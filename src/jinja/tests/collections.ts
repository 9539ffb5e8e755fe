import { lstatSync, type Stats, statSync } from 'node:fs';
import type { Value } from '../../values.ts';
import { toFloat } from '../filters/basics.ts';
import { filters } from '../filters/table.ts';
import { contains, truth } from '../python/compare.ts';
import { iterate } from '../python/iterate.ts';
import { text } from '../python/text.ts';
import { asString, asText } from '../runtime/arguments.ts';
import { type Definition, shortName } from '../runtime/definition.ts';

const subset: Definition = {
  summary: 'All its items are in the argument.',
  parameters: ['other'],
  apply: (value, [other]) =>
    iterate(value).every((item) => contains(iterate(other!) as Value[], item)),
};

const superset: Definition = {
  summary: 'It has all items of the argument.',
  parameters: ['other'],
  apply: (value, [other]) =>
    iterate(other!).every((item) => contains(iterate(value) as Value[], item)),
};

const file = (summary: string, check: (stats: Stats) => boolean, follow = true): Definition => ({
  summary: `${summary} (on the controller)`,
  parameters: [],
  apply: (value) => {
    const path = text(value);
    const stats = (follow ? statSync : lstatSync)(path, { throwIfNoEntry: false });
    return stats !== undefined && check(stats);
  },
});

const directory = file('Is a directory.', (stats) => stats.isDirectory());
const regular = file('Is a regular file.', (stats) => stats.isFile());
const link = file('Is a symbolic link.', (stats) => stats.isSymbolicLink(), false);
const exists = file('Exists.', () => true);
const linkExists = file('Exists, be it as a dangling link.', () => true, false);
const mount = file('Is a mount point.', () => true);
const absolute: Definition = {
  summary: 'Is an absolute path.',
  parameters: [],
  apply: (value) => text(value).startsWith('/'),
};
const notANumber: Definition = {
  summary: 'Is not a number (NaN).',
  parameters: [],
  apply: (value) => typeof toFloat(value) === 'number' && Number.isNaN(toFloat(value)),
};

/** Tests of lists and of files. */
export const collectionTests: Record<string, Definition> = {
  subset,
  issubset: subset,
  superset,
  issuperset: superset,
  any: {
    summary: 'At least one item is true.',
    parameters: [],
    apply: (value) => iterate(value).some(truth),
  },
  all: {
    summary: 'Every item is true.',
    parameters: [],
    apply: (value) => iterate(value).every(truth),
  },
  nan: notANumber,
  isnan: notANumber,
  directory,
  is_dir: directory,
  file: regular,
  is_file: regular,
  link,
  is_link: link,
  exists,
  link_exists: linkExists,
  mount: { ...mount, apply: (value) => isMount(text(value)) },
  is_mount: { ...mount, apply: (value) => isMount(text(value)) },
  abs: absolute,
  is_abs: absolute,
  same_file: sameFile(),
  is_same_file: sameFile(),
  filter: {
    summary: 'Is the name of a filter.',
    parameters: [],
    apply: (value) => filters.has(shortName(asString(value, 'the name'))),
  },
};

function sameFile(): Definition {
  return {
    summary: 'Is the same file as the argument (on the controller).',
    parameters: ['other'],
    apply: (value, [other]) => {
      const [left, right] = [text(value), asText(other)].map((path) =>
        statSync(path, { throwIfNoEntry: false }),
      );
      return (
        left !== undefined &&
        right !== undefined &&
        left.ino === right.ino &&
        left.dev === right.dev
      );
    },
  };
}

function isMount(path: string): boolean {
  const own = statSync(path, { throwIfNoEntry: false });
  const parent = statSync(`${path}/..`, { throwIfNoEntry: false });
  return (
    own !== undefined && parent !== undefined && (own.dev !== parent.dev || own.ino === parent.ino)
  );
}
