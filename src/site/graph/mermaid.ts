import { singlePoints } from '../audit/single-points.ts';
import type { SiteModel } from '../model.ts';
import { topologyOf } from '../topology.ts';
import { type Bus, busesOf, client, type End } from './buses.ts';
import { type Dangers, dangersOf, lossOf } from './dangers.ts';
import { type Box, type Frame, placementOf } from './placement.ts';

/**
 * The site as a Mermaid flowchart, for pages that render it: hosts as subgraphs, standbys dotted,
 * replication thick, single points of failure with a sign.
 *
 * @example siteMermaid(model).startsWith('flowchart TB')
 */
export function siteMermaid(model: SiteModel): string {
  const topology = topologyOf(model);
  const { frames } = placementOf(topology);
  const dangers = dangersOf(singlePoints(topology));
  const names = namesOf(frames);
  const lines = [
    'flowchart TB',
    `  ${client}(["client"])`,
    ...frames.flatMap((frame, index) => subgraph(frame, index, names, dangers)),
    ...busesOf(topology).flatMap((bus) => edges(bus, names, frames)),
    '  classDef single fill:#fdeee7,stroke:#b8380b,stroke-width:2px,color:#1d2733',
  ];
  const single = frames.flatMap((frame) =>
    frame.boxes.filter((box) => lossOf(box, frame, dangers) !== undefined),
  );
  if (single.length > 0) {
    lines.push(`  class ${single.map(({ node }) => names.get(node)).join(',')} single`);
  }
  return `${lines.join('\n')}\n`;
}

function namesOf(frames: readonly Frame[]): Map<End, string> {
  const nodes = frames.flatMap(({ boxes }) => boxes.map(({ node }) => node));
  return new Map<End, string>([
    [client, client],
    ...nodes.map((node, index): [End, string] => [node, `r${index + 1}`]),
  ]);
}

function subgraph(
  frame: Frame,
  index: number,
  names: ReadonlyMap<End, string>,
  dangers: Dangers,
): string[] {
  const { host, boxes, also } = frame;
  const title = [host.name, ...(host.address === host.name ? [] : [host.address]), ...also];
  const inner = boxes.map(
    (box) => `    ${names.get(box.node)}["${boxText(box, lossOf(box, frame, dangers))}"]`,
  );
  return [
    `  subgraph h${index + 1}["${escaped(title.join(' · '))}"]`,
    ...(inner.length > 0 ? inner : [`    h${index + 1}x["no typed role"]`]),
    '  end',
  ];
}

function boxText({ node, position }: Box, lost: string | undefined): string {
  const ports = [...new Set(node.role.endpoints.map(({ port, name }) => `${port} ${name}`))];
  return [
    escaped(position ? `${node.role.name} (${position})` : node.role.name),
    ...(ports.length > 0 ? [escaped(ports.join(' · '))] : []),
    ...(lost === undefined ? [] : [escaped(`⚠ single point: ${lost}`)]),
  ].join('<br/>');
}

/** A role that is not drawn asks in the name of its host's lowest one. */
function edges(bus: Bus, names: ReadonlyMap<End, string>, frames: readonly Frame[]): string[] {
  const nameOf = (end: End) => {
    if (end === client) return client;
    const frame = frames.find(({ host }) => host === end.host);
    return names.get(end) ?? names.get(frame?.boxes.at(-1)?.node ?? end);
  };
  const sources = bus.sources.map(nameOf).join(' & ');
  return bus.targets.map(({ end, standby }) => {
    const arrow = bus.kind === 'replication' ? '==>' : standby ? '-.->' : '-->';
    return `  ${sources} ${arrow}|"${escaped(bus.label)}"| ${nameOf(end)}`;
  });
}

function escaped(text: string): string {
  return text
    .replaceAll('#', '#35;')
    .replaceAll('"', '#quot;')
    .replace(/[<>\n]/g, ' ');
}
