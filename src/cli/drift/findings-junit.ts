import type { Checked, Finding } from '../../drift/fleet.ts';
import { diffLines } from '../../reporters/diff-text.ts';
import { noColours } from '../../reporters/paint.ts';
import { shownLines } from '../../reporters/text.ts';
import { xmlAttribute, xmlText } from '../../reporters/xml.ts';

/**
 * What a check found as JUnit XML: a case for each finding (`classname` is the host), and one for each
 * host that is as declared. Drift is a failure, what could not be looked at an error, what is unknown
 * until applied is skipped.
 */
export function findingsJunit(watch: string, checked: Checked): string {
  const { findings, unreachable, failed } = checked;
  const wrong = new Set([...findings, ...failed].map(({ host }) => host));
  const cases = [
    ...findings.map(findingCase),
    ...failed.map(({ host, message }) =>
      testcase(host, 'dry run', element('error', 'failed', message, [])),
    ),
    ...unreachable.map((host) =>
      testcase(host, 'connection', element('error', 'unreachable', 'the host does not answer', [])),
    ),
    ...checked.hosts
      .filter((host) => !wrong.has(host))
      .map((host) => testcase(host, 'as declared')),
  ];
  const failures = findings.filter(({ kind }) => kind !== 'unknown').length;
  const errors = failed.length + unreachable.length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="${errors}" skipped="${findings.length - failures}" time="${(checked.durationMs / 1000).toFixed(3)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="rolecall drift" ${counts}>`,
    `  <testsuite name="${xmlAttribute(watch)}" ${counts}>`,
    ...cases.flat(),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function findingCase(finding: Finding): string[] {
  const { host, role, task, module, kind, message } = finding;
  const name = `${role === undefined ? '' : `${role}: `}${task || module}`;
  if (kind === 'unknown') {
    return testcase(host, name, [`      <skipped message="${xmlAttribute(message)}"/>`]);
  }
  const details = finding.diff.flatMap((diff) => diffLines(diff, noColours));
  return testcase(host, name, element('failure', kind, message, details));
}

function testcase(host: string, name: string, content: readonly string[] = []): string[] {
  const start = `    <testcase classname="${xmlAttribute(host)}" name="${xmlAttribute(name)}" time="0.000"`;
  return content.length === 0 ? [`${start}/>`] : [`${start}>`, ...content, '    </testcase>'];
}

function element(
  name: 'failure' | 'error',
  type: string,
  message: string,
  details: readonly string[],
): string[] {
  const text = xmlText([...shownLines(message), ...details].join('\n'));
  return [`      <${name} type="${type}" message="${xmlAttribute(message)}">${text}</${name}>`];
}
