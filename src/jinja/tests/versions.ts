import { Fault } from '../python/faults.ts';

export type VersionType = 'loose' | 'strict' | 'semver' | 'semantic' | 'pep440';

/** Negative, 0 or positive, as the first version is older, the same or newer. */
export function compareVersions(left: string, right: string, type: VersionType): number {
  if (left === '' || right === '') throw new Fault('an empty text is no version');
  switch (type) {
    case 'strict':
      return compareParts(strictParts(left), strictParts(right));
    case 'semver':
    case 'semantic':
      return compareSemantic(left, right);
    case 'pep440':
      return compareParts(pep440Parts(left), pep440Parts(right));
    case 'loose':
      return compareParts(looseParts(left), looseParts(right));
  }
}

type Part = number | string | readonly Part[];

function compareParts(left: readonly Part[], right: readonly Part[]): number {
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = comparePart(left[index]!, right[index]!);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function comparePart(left: Part, right: Part): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string')
    return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === 'object' && typeof right === 'object') return compareParts(left, right);
  throw new Fault(
    `'${String(left)}' cannot be compared with '${String(right)}' in a version; version_type='semver' or 'strict' may help`,
  );
}

/** Numbers and words, as distutils' LooseVersion takes a version apart. */
function looseParts(version: string): Part[] {
  const parts = version.match(/\d+|[a-z]+|[^\da-z.]+/g) ?? [];
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function strictParts(version: string): Part[] {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$/.exec(version);
  if (!match)
    throw new Fault(`'${version}' is no strict version; one looks like 1.2, 1.2.3 or 1.2b1`);
  const [, major, minor, patch, letter, number] = match;
  const release = [Number(major), Number(minor), Number(patch ?? 0)];
  return [release, letter ? [0, letter, Number(number)] : [1]];
}

function compareSemantic(left: string, right: string): number {
  const pattern = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
  const [first, second] = [left, right].map((version) => {
    const match = pattern.exec(version);
    if (!match)
      throw new Fault(`'${version}' is no semantic version; one looks like 1.2.3 or 1.2.3-rc.1`);
    return { core: match.slice(1, 4).map(Number), pre: match[4]?.split('.') };
  });
  const order = compareParts(first!.core, second!.core);
  if (order !== 0) return order;
  if (!first!.pre || !second!.pre) return Number(!first!.pre) - Number(!second!.pre);
  const identifiers = (pre: string[]): Part[] =>
    pre.map((part) => (/^\d+$/.test(part) ? [0, Number(part)] : [1, part]));
  return compareParts(identifiers(first!.pre), identifiers(second!.pre));
}

const phases: Record<string, number> = {
  dev: -4,
  a: -3,
  alpha: -3,
  b: -2,
  beta: -2,
  c: -1,
  rc: -1,
  pre: -1,
  preview: -1,
};

function pep440Parts(version: string): Part[] {
  const match =
    /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z\d]+(?:[-_.][a-z\d]+)*))?$/i.exec(
      version.trim(),
    );
  if (!match) throw new Fault(`'${version}' is no version as PEP 440 defines it`);
  const [
    ,
    epoch,
    release,
    phase,
    phaseNumber,
    implicitPost,
    post,
    postNumber,
    dev,
    devNumber,
    local,
  ] = match;
  const numbers = release!
    .replace(/(?:\.0+)+$/, '')
    .split('.')
    .map(Number);
  const hasPost = implicitPost !== undefined || post !== undefined;
  const pre: Part[] = phase
    ? [phases[phase.toLowerCase()]!, Number(phaseNumber || 0)]
    : dev && !hasPost
      ? [-5, 0]
      : [0, 0];
  return [
    Number(epoch ?? 0),
    numbers,
    pre,
    hasPost ? Number(implicitPost ?? (postNumber || 0)) : -1,
    dev ? Number(devNumber || 0) : Number.MAX_SAFE_INTEGER,
    local
      ? local
          .split(/[-_.]/)
          .map((part): Part => (/^\d+$/.test(part) ? [1, Number(part)] : [0, part]))
      : [],
  ];
}
