import { RolecallError } from '../errors.ts';
import { joinSh, sh } from '../shell/sh.ts';
import { Unknown } from '../values.ts';
import type { Collector, Observation } from './observation.ts';

/** Whether a path, or anything that a shell pattern means, exists: `/etc/nginx/*.conf`. */
export function matches(pattern: string): Observation<boolean> {
  return { kind: 'matches', key: pattern };
}

export const matchesCollector: Collector<boolean> = {
  kind: 'matches',
  script: (keys) =>
    joinSh([
      // Without field splitting an unquoted parameter is expanded as a pattern and as nothing else.
      sh`IFS=
there() { set -- $1; if [ -e "$1" ] || [ -L "$1" ]; then echo 1; else echo 0; fi; }`,
      ...keys.map((key) => sh`there ${key}`),
    ]),
  parse: ({ stdout, stderr, status }, keys) => {
    const lines = stdout.toString('utf8').trimEnd().split('\n');
    if (lines.length === keys.length && lines.every((line) => line === '0' || line === '1')) {
      return lines.map((line) => line === '1');
    }
    throw new RolecallError({
      code: 'probe-unreadable',
      message: `whether ${keys.length} paths exist cannot be read (status ${status}): ${stderr.toString('utf8').trim()}`,
    });
  },
  mayBeBrought: (there) => !there,
  // A change of any file may be one that the pattern means, be it through a linked folder.
  staleAfter: (_key, touched) => fileKinds.has(touched.kind),
  overlay: overlayMatches,
};

const fileKinds = new Set(['path', 'content', 'digest', 'tree']);

/** What earlier tasks of a dry run make or remove where the pattern looks. */
function overlayMatches(
  answered: boolean,
  pattern: string,
  predictions: ReadonlyMap<string, unknown>,
): boolean | Unknown {
  const means = matcherOf(pattern);
  let there: boolean | Unknown = answered;
  for (const [id, predicted] of predictions) {
    if (!id.startsWith(pathPrefix)) continue;
    const path = id.slice(pathPrefix.length);
    if (predicted instanceof Unknown) {
      if (there !== true && means(path)) there = predicted;
    } else if ((predicted as { readonly exists: boolean }).exists) {
      if (means(path)) there = true;
    } else if (pattern === path || pattern.startsWith(`${path}/`)) {
      there = false;
    } else if (there === true && means(path)) {
      there = new Unknown(`${path}, which ${pattern} means, would be removed`);
    }
  }
  return there;
}

const pathPrefix = 'path\0';

/** As a shell reads patterns: a star matches no slash. */
function matcherOf(pattern: string): (path: string) => boolean {
  const source = pattern.replace(/\[!?[^\]]+\]|[\s\S]/g, (part) => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length > 1)
      return `[${part.slice(1, -1).replace(/^!/, '^').replaceAll('\\', '\\\\')}]`;
    return part.replace(/[\\^$.|+(){}[\]]/, '\\$&');
  });
  const regex = new RegExp(`^${source}$`);
  return (path) => path === pattern || regex.test(path);
}
