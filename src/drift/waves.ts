import type { Finding } from './fleet.ts';

/** Findings of so many hosts at a time, each host in one wave, in the order in which hosts come. */
export function wavesOf(findings: readonly Finding[], hostsAtOnce: number): Finding[][] {
  const byHost = [...Map.groupBy(findings, ({ host }) => host).values()];
  return Array.from({ length: Math.ceil(byHost.length / hostsAtOnce) }, (_, index) =>
    byHost.slice(index * hostsAtOnce, (index + 1) * hostsAtOnce).flat(),
  );
}
