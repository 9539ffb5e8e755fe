import type { Paint, Tone } from '../reporters/paint.ts';
import { count, hang } from '../reporters/text.ts';
import { type AuditReport, countsOf } from '../site/audit/audit.ts';
import { type Finding, type Severity, severities } from '../site/audit/finding.ts';
import type { SiteSource } from './site-options.ts';

const columns = 80;

/** The report for people, at most 80 columns wide. */
export function auditText(report: AuditReport, source: SiteSource, paint: Paint): string[] {
  const { findings, accepted, needless } = report;
  return [
    ...findings.flatMap((finding) => [...findingLines(finding, paint), '']),
    ...(accepted.length > 0
      ? hang('', `Accepted: ${accepted.map(short).join('; ')}.`, columns).map((line) =>
          paint('quiet', line),
        )
      : []),
    ...(needless.length > 0
      ? hang('', `Accepted and not found (leave out): ${needless.join(', ')}.`, columns)
      : []),
    ...(source.undescribed.length > 0
      ? hang('', `Not judged, without a typed role: ${source.undescribed.join(', ')}.`, columns)
      : []),
    paint('strong', summary(report, source)),
  ];
}

/** What --json prints; docs/guides/audit-graph-trace.md describes it. */
export function auditJson({ findings, accepted, needless }: AuditReport, source: SiteSource) {
  return {
    version: 1,
    playbooks: source.playbooks,
    hosts: source.model.hosts.map(({ name, roles }) => ({
      name,
      roles: roles.map((role) => role.name),
    })),
    counts: countsOf(findings),
    findings,
    accepted,
    needless,
    undescribed: source.undescribed,
  };
}

function findingLines(finding: Finding, paint: Paint): string[] {
  const { severity, code, hosts, role, effect, change } = finding;
  const who = role ? `${hosts.join(', ')} (${role})` : hosts.join(', ');
  const [first = '', ...others] = hang(`${severity.padEnd(indent)}${code}  `, who, columns);
  return [
    paint(tones[severity], severity) + first.slice(severity.length),
    ...others,
    ...hang(' '.repeat(indent), effect, columns),
    ...hang(`${' '.repeat(indent)}→ `, change, columns),
  ];
}

const indent = 8;
const tones: Readonly<Record<Severity, Tone>> = { high: 'bad', medium: 'change', low: 'doubt' };

function short({ code, hosts }: Finding): string {
  return `${code} of ${hosts.join(', ')}`;
}

function summary({ findings, accepted }: AuditReport, { model }: SiteSource): string {
  const counts = countsOf(findings);
  const parts = severities.map((severity) => `${counts[severity]} ${severity}`).join(', ');
  const known = accepted.length > 0 ? `, ${accepted.length} accepted` : '';
  return `${count(findings.length, 'finding')} on ${count(model.hosts.length, 'host')}: ${parts}${known}`;
}
