import type { Fleet, RoleProblem } from 'rolecall';
import { nearestName } from 'rolecall';
import { publishedName } from './identity.ts';
import type { CodebaseGiven, PlaceGiven, ReleaseGiven } from './parameters.ts';

/** Paths that would lead out of where they belong. */
export function placeProblems(given: Pick<PlaceGiven, 'root' | 'shared'>): RoleProblem[] {
  const problems: RoleProblem[] = [];
  if (given.root !== undefined) problems.push(...folderProblems(given.root, ['root']));
  for (const [index, name] of given.shared.entries()) {
    const parts = name.split('/');
    if (!parts.some((part) => part === '' || part === '.' || part === '..')) continue;
    problems.push({
      path: ['shared', index],
      message: `the shared folder '${name}' is no plain path within a release`,
      expected: 'names joined by /, without . and .., not absolute: uploads, var/cache',
    });
  }
  const repeated = given.shared.findIndex((name, index) =>
    given.shared.some((other, at) => at !== index && `${name}/`.startsWith(`${other}/`)),
  );
  if (repeated >= 0) {
    problems.push({
      path: ['shared', repeated],
      message: `the shared folder '${given.shared[repeated]}' is in another shared folder, or declared twice`,
    });
  }
  return problems;
}

/** An absolute path without detours, more than a folder of the system. */
export function folderProblems(folder: string, path: RoleProblem['path']): RoleProblem[] {
  const parts = folder.replace(/\/+$/, '').split('/').slice(1);
  const fine =
    folder.startsWith('/') &&
    parts.length >= 2 &&
    !parts.some((part) => part === '' || part === '.' || part === '..');
  if (fine) return [];
  return [
    {
      path,
      message: `'${folder}' cannot be the folder of an application`,
      expected: 'an absolute path of two parts or more, without . and ..: /srv/foobar',
    },
  ];
}

/** A code base in a central place needs a checksum and a host that publishes this very content. */
export function codebaseProblems(
  codebase: CodebaseGiven,
  application: string,
  release: ReleaseGiven,
  releasePath: readonly (string | number)[],
  fleet: Fleet,
): RoleProblem[] {
  if (codebase.from === 'local') {
    if (codebase.host === undefined) return [];
    return [
      {
        path: ['codebase', 'host'],
        message: `codebase.host is '${codebase.host}', and the code base is local`,
        hint: 'Say from: central, or leave host out.',
      },
    ];
  }
  const problems: RoleProblem[] = [];
  if (release.sha256 === undefined) {
    problems.push({
      path: [...releasePath],
      message: `the code base is central, and the release '${release.artifact}' has no sha256`,
      expected: 'sha256: what hosts fetch is checked against it',
    });
  }
  const publishers = fleet
    .members<Partial<ReleaseGiven> & { application?: string; publish?: object }>('release')
    .filter(({ params }) => params.publish !== undefined && params.application === application);
  const names = publishers.map(({ host }) => host.name);
  const publisher = publishers.find(({ host }) => host.name === codebase.host);
  if (codebase.host === undefined) {
    problems.push({
      path: ['codebase'],
      message: 'the code base is central, and no host is named',
      expected: `host: ${names.join(' or ') || `a host with the role release that publishes ${application}`}`,
    });
  } else if (!publisher) {
    problems.push({
      path: ['codebase', 'host'],
      message: `${codebase.host} does not publish ${application}`,
      expected: names.join(' or ') || 'a host with the role release and `publish`',
      nearest: nearestName(codebase.host, names),
    });
  } else if (release.sha256 !== undefined && publisher.params.sha256 !== undefined) {
    const wanted = publishedName(application, release, release.sha256);
    const there = publishedName(
      application,
      { artifact: '', ...publisher.params },
      publisher.params.sha256,
    );
    if (wanted !== there || release.sha256 !== publisher.params.sha256) {
      problems.push({
        path: [...releasePath],
        message: `${codebase.host} publishes ${there} (sha256 ${publisher.params.sha256}), and ${wanted} (sha256 ${release.sha256}) is asked for`,
        hint: 'Give the release once, in a variable that both use.',
      });
    }
  }
  return problems;
}
