import { nearestName, type RoleProblem } from 'rolecall';
import type { Params, Site } from './params.ts';

type Path = readonly (string | number)[];

/** Sites by themselves: names, what they serve, their locations. */
export function siteProblems({ sites, upstreams, health }: Params): RoleProblem[] {
  const names = upstreams.map((upstream) => upstream.name);
  return [
    ...duplicates(sites),
    ...sites.flatMap((site, index) => [
      ...whatItServes(site, ['sites', index]),
      ...upstreamExists(site.upstream, names, ['sites', index, 'upstream']),
      ...rootIsOwn(site.root, ['sites', index, 'root']),
      ...site.locations.flatMap((location, at) => {
        const path = ['sites', index, 'locations', at];
        return [
          ...locationServes(location, path),
          ...upstreamExists(location.upstream, names, [...path, 'upstream']),
          ...rootIsOwn(location.root, [...path, 'root']),
        ];
      }),
      ...locationPaths(site, health, ['sites', index, 'locations']),
    ]),
  ];
}

/** `nginx -t` only warns of a server name that two sites have, and the second is never reached. */
function duplicates(sites: readonly Site[]): RoleProblem[] {
  const problems: RoleProblem[] = [];
  const named = new Map<string, number>();
  const answered = new Map<string, Site>();
  for (const [index, site] of sites.entries()) {
    if (named.has(site.name)) {
      problems.push({
        path: ['sites', index, 'name'],
        message: `two sites are called '${site.name}'`,
        expected: 'a name of its own',
      });
    }
    if (site.name === 'reject') {
      problems.push({
        path: ['sites', index, 'name'],
        message: "a site called 'reject' could not be told from what defaultServer means by it",
        expected: 'another name',
      });
    }
    named.set(site.name, index);
    for (const [at, serverName] of site.serverNames.entries()) {
      const key = `${serverName.toLowerCase()}:${site.listen}`;
      const other = answered.get(key);
      if (other) {
        problems.push({
          path: ['sites', index, 'serverNames', at],
          message:
            other === site
              ? `'${serverName}' is listed twice`
              : `'${serverName}' on port ${site.listen} is answered by site '${other.name}' already`,
          expected: 'each name once per port',
        });
      }
      answered.set(key, site);
    }
  }
  return problems;
}

function whatItServes(site: Site, path: Path): RoleProblem[] {
  if (site.root || site.upstream || site.locations.length > 0) return [];
  return [
    {
      path,
      message: `site '${site.name}' serves nothing`,
      expected: 'root, upstream, or locations',
    },
  ];
}

function locationServes(location: Site['locations'][number], path: Path): RoleProblem[] {
  if (Boolean(location.root) !== Boolean(location.upstream)) return [];
  const both = location.root !== undefined;
  return [
    {
      path,
      message: `location '${location.path}' has ${both ? 'both a root and an upstream' : 'neither a root nor an upstream'}`,
      expected: 'one of root and upstream',
    },
  ];
}

function upstreamExists(
  name: string | undefined,
  names: readonly string[],
  path: Path,
): RoleProblem[] {
  if (name === undefined || names.includes(name)) return [];
  return [
    {
      path,
      message: `no upstream is called '${name}'`,
      expected: names.length > 0 ? `one of ${names.join(', ')}` : 'an entry of upstreams',
      nearest: nearestName(name, names),
    },
  ];
}

const tooMuch = /^\/(bin|boot|dev|etc|lib|proc|root|run|sbin|sys|usr|var)?$/;

function rootIsOwn(root: string | undefined, path: Path): RoleProblem[] {
  if (root === undefined) return [];
  if (root.split('/').includes('..')) {
    return [{ path, message: `'${root}' leads upwards`, expected: 'a folder without ..' }];
  }
  if (!tooMuch.test(root) && !/^\/(etc|proc|root|sys|dev|run)\//.test(root)) return [];
  return [
    {
      path,
      message: `'${root}' holds what is not for the world`,
      expected: 'a folder of its own: /srv/…, /var/www/…',
    },
  ];
}

function locationPaths(site: Site, health: string, path: Path): RoleProblem[] {
  const problems: RoleProblem[] = [];
  const seen = new Set<string>();
  for (const [index, { path: location, match }] of site.locations.entries()) {
    const at = [...path, index, 'path'];
    const key = `${match} ${location}`;
    if (location === health) {
      problems.push({
        path: at,
        message: `'${health}' is answered by nginx itself`,
        expected: 'another path, or another one in health',
      });
    } else if (seen.has(key)) {
      problems.push({
        path: at,
        message: `location '${location}' is given twice`,
        expected: 'each path once',
      });
    } else if (key === 'prefix /' && (site.root || site.upstream)) {
      problems.push({
        path: at,
        message: `location '/' and the site's own ${site.root ? 'root' : 'upstream'} answer the same requests`,
        expected: 'one of them',
      });
    }
    seen.add(key);
  }
  return problems;
}
