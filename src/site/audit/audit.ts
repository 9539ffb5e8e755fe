import { nearestName, RolecallError } from '../../errors.ts';
import type { SiteModel } from '../model.ts';
import { topologyOf } from '../topology.ts';
import { dataFindings } from './data.ts';
import { exposureFindings } from './exposure.ts';
import { type Finding, findingCatalogue, type Severity, severities } from './finding.ts';
import { operationsFindings } from './operations.ts';
import { sharedAddressFindings, singlePointFindings } from './single-points.ts';
import { trafficFindings } from './traffic.ts';

/** What was found, and what of it the operator knows and lives with. */
export interface AuditReport {
  /** The worst first. */
  readonly findings: readonly Finding[];
  /** Those that were accepted, as they were found. */
  readonly accepted: readonly Finding[];
  /** What was accepted and does not exist: `no-https:web1`. */
  readonly needless: readonly string[];
}

/**
 * Judges a site by what inventory and parameters say of it; nothing is asked of the hosts.
 *
 * @param accept Known findings: `no-https`, or of one host `single-point-of-failure:db1`.
 * @throws RolecallError `option-invalid` for a code or host that does not exist.
 * @example audit(model, ['no-https']).findings.some(({ severity }) => severity === 'high')
 */
export function audit(model: SiteModel, accept: readonly string[] = []): AuditReport {
  checkAccepted(accept, model);
  const topology = topologyOf(model);
  const all = [
    ...operationsFindings(topology),
    ...singlePointFindings(topology),
    ...sharedAddressFindings(topology),
    ...dataFindings(topology),
    ...exposureFindings(topology),
    ...trafficFindings(topology),
  ];
  const judged = inOrder(all).map((one) => divide(one, accept));
  return {
    findings: judged.flatMap(({ left }) => left),
    accepted: judged.flatMap(({ accepted }) => accepted),
    needless: accept.filter((rule) => !all.some((one) => divide(one, [rule]).accepted.length > 0)),
  };
}

/** How many of each severity. */
export function countsOf(findings: readonly Finding[]): Record<Severity, number> {
  const count = (severity: Severity) => findings.filter((one) => one.severity === severity).length;
  return { high: count('high'), medium: count('medium'), low: count('low') };
}

function inOrder(findings: readonly Finding[]): Finding[] {
  const codes = Object.keys(findingCatalogue);
  const rank = ({ severity, code }: Finding) =>
    severities.indexOf(severity) * codes.length + codes.indexOf(code);
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

/** A finding about several hosts may be accepted for some of them. */
function divide(one: Finding, accept: readonly string[]): { left: Finding[]; accepted: Finding[] } {
  const isAccepted = (host: string) =>
    accept.includes(one.code) || accept.includes(`${one.code}:${host}`);
  const known = one.hosts.filter(isAccepted);
  const others = one.hosts.filter((host) => !isAccepted(host));
  return {
    left: others.length > 0 ? [{ ...one, hosts: others }] : [],
    accepted: known.length > 0 ? [{ ...one, hosts: known }] : [],
  };
}

function checkAccepted(accept: readonly string[], model: SiteModel): void {
  const codes = Object.keys(findingCatalogue);
  const hosts = model.hosts.map(({ name }) => name);
  const problems = accept.flatMap((rule) => {
    const [code = '', ...rest] = rule.split(':');
    const host = rest.join(':');
    if (!codes.includes(code)) return [misspelt('finding', code, codes)];
    if (rest.length > 0 && !hosts.includes(host)) return [misspelt('host', host, hosts)];
    return [];
  });
  if (problems.length > 0) throw new RolecallError(problems);
}

function misspelt(noun: string, name: string, names: readonly string[]) {
  return {
    code: 'option-invalid',
    message: `--accept names the ${noun} '${name}', which does not exist`,
    expected: `one of ${names.join(', ')}`,
    nearest: nearestName(name, names),
  } as const;
}
