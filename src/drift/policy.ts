import type { Finding } from './fleet.ts';
import type { Action, Policy, PolicyRule } from './settings.ts';

/**
 * What is done about a finding: the first rule that fits. `default` is about drift only, so that
 * changes of playbooks are rolled out by a schedule only where a rule asks for it.
 */
export function actionFor(policy: Policy, finding: Finding): Action {
  if (finding.kind === 'unknown') return 'report';
  const rule = policy.rules.find((one) => fits(one, finding));
  return rule?.do ?? (finding.kind === 'drifted' ? policy.default : 'report');
}

function fits(rule: PolicyRule, finding: Finding): boolean {
  return (
    rule.kind === finding.kind &&
    matches(rule.role, finding.role ?? '') &&
    matches(rule.task, finding.task) &&
    matches(rule.host, finding.host) &&
    (rule.tag === undefined || finding.tags.some((tag) => matches(rule.tag, tag)))
  );
}

/** `*` stands for any text. */
function matches(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*')}$`).test(text);
}
