import type { Checked, Finding } from '../../../src/drift/fleet.ts';

/** A drifted task of role web on web1, with what is said of it instead. */
export function finding(given: Partial<Finding> = {}): Finding {
  const { host = 'web1', task = 'The site' } = given;
  return {
    host,
    play: 'Web servers',
    role: 'web',
    task,
    tags: ['web'],
    module: 'template',
    key: `${host} ${task}`,
    kind: 'drifted',
    message: 'content differs',
    diff: [],
    ...given,
  };
}

export function checked(findings: readonly Finding[], given: Partial<Checked> = {}): Checked {
  const hosts = [...new Set(['web1', 'web2', 'db1', ...findings.map(({ host }) => host)])];
  return { findings, hosts, unreachable: [], failed: [], durationMs: 1000, ...given };
}
