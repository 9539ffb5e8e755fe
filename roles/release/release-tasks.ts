import { apt, type Edge, type Fleet, file, type RoleNode } from 'rolecall';
import { publishedName } from './identity.ts';
import { type CodebaseGiven, type PlaceGiven, type ReleaseGiven, rootOf } from './parameters.ts';
import { releaseCurrent } from './release-current.ts';
import { releasePresent } from './release-present.ts';
import { releasePrune } from './release-prune.ts';

/** All that putting a release on a host depends on. */
export interface Delivery {
  readonly place: PlaceGiven;
  readonly release: ReleaseGiven;
  readonly codebase: CodebaseGiven;
  readonly fleet: Fleet;
  /** Who owns the shared folders, in which the application writes. */
  readonly sharedOwner: { readonly owner: string; readonly group: string };
  readonly owner: string;
  readonly group: string;
}

/** The folders; ahead of packages, so that a dry run knows that none of them is there. */
export function folderTasks({ place, sharedOwner }: Delivery): RoleNode[] {
  const root = rootOf(place);
  const own = { owner: 'root', group: 'root', mode: '0755' };
  const folder = (name: string, attributes: object) =>
    file(`Make ${name}`, { path: name, state: 'directory', ...attributes });
  return [
    ...[root, `${root}/releases`].map((name) => folder(name, own)),
    ...(place.shared.length > 0 ? [folder(`${root}/shared`, own)] : []),
    ...place.shared.map((name) =>
      folder(`${root}/shared/${name}`, { ...sharedOwner, mode: '0750' }),
    ),
  ];
}

/** Unpacks the release beside the others; nothing uses it yet. */
export function unpackTasks(delivery: Delivery): RoleNode[] {
  const { place, release, owner, group } = delivery;
  const url = codebaseUrl(delivery);
  return [
    ...(url === undefined
      ? []
      : [apt('Install curl', { name: 'curl', install_recommends: false })]),
    releasePresent(`Unpack the release of ${place.application}`, {
      ...release,
      ...{ root: rootOf(place), shared: place.shared, owner, group },
      ...(url !== undefined && { url }),
    }),
  ];
}

export function switchTask(delivery: Delivery): RoleNode {
  const { place, release } = delivery;
  const url = codebaseUrl(delivery);
  return releaseCurrent(`Switch ${place.application} to the release`, {
    ...release,
    root: rootOf(place),
    ...(url !== undefined && { url }),
  });
}

export function pruneTask({ place }: Delivery): RoleNode {
  return releasePrune(`Remove old releases of ${place.application}`, {
    root: rootOf(place),
    keep: place.keep,
  });
}

/** Where the host fetches the archive; undefined where the controller sends it. */
export function codebaseUrl({ place, release, codebase, fleet }: Delivery): string | undefined {
  if (codebase.from === 'local') return undefined;
  const central = fleet.hosts.find((host) => host.name === codebase.host);
  const address = central?.address ?? codebase.host ?? '';
  const folder = codebase.path ?? `/${place.application}`;
  const name = publishedName(place.application, release, release.sha256 ?? '');
  const authority = address.includes(':') ? `[${address}]` : address;
  return `http://${authority}:${codebase.port}${folder}/${name}`;
}

/** The edge to the central place: files are served by nginx there. */
export function codebaseEdges(codebase: CodebaseGiven): Edge[] {
  if (codebase.from === 'local' || codebase.host === undefined) return [];
  return [
    {
      to: codebase.host,
      role: 'web',
      port: codebase.port,
      protocol: 'tcp',
      purpose: 'code base',
      need: 'code base',
      path: ['codebase', 'host'],
    },
  ];
}
