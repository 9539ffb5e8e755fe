import type { SinglePoint } from '../audit/single-points.ts';
import type { SiteHost } from '../model.ts';
import type { SiteNode } from '../topology.ts';
import { plainNeed } from './buses.ts';
import type { Box, Frame } from './placement.ts';

/** What fails without a host or a role on it: `writes`. */
export interface Dangers {
  readonly hosts: ReadonlyMap<SiteHost, string>;
  /** Hosts of which no role alone is a single point of failure. */
  readonly whole: ReadonlySet<SiteHost>;
  readonly nodes: ReadonlyMap<SiteNode, string>;
}

export function dangersOf(points: readonly SinglePoint[]): Dangers {
  const lost = ({ losses }: SinglePoint) => losses.map(({ name }) => plainNeed(name)).join(', ');
  return {
    hosts: new Map(points.map((point) => [point.host, lost(point)])),
    whole: new Set(points.flatMap(({ host, node }) => (node ? [] : [host]))),
    nodes: new Map(points.flatMap((point) => (point.node ? [[point.node, lost(point)]] : []))),
  };
}

/** What fails without the box; of a whole host its first box tells. */
export function lossOf(box: Box, frame: Frame, dangers: Dangers): string | undefined {
  const isFirst = frame.boxes[0] === box && dangers.whole.has(frame.host);
  return dangers.nodes.get(box.node) ?? (isFirst ? dangers.hosts.get(frame.host) : undefined);
}
