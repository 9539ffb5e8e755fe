import { describe, expect, test } from 'vitest';
import { keywords, type Level, propertyOf } from '../../src/playbook/keywords.ts';

/** The keywords that ansible-core 2.14 accepts at each level. */
const ansible: Partial<Record<Level, string>> = {
  play:
    'any_errors_fatal become become_exe become_flags become_method become_user check_mode collections ' +
    'connection debugger diff environment fact_path force_handlers gather_facts gather_subset ' +
    'gather_timeout handlers hosts ignore_errors ignore_unreachable max_fail_percentage ' +
    'module_defaults name no_log order port post_tasks pre_tasks remote_user roles run_once serial ' +
    'strategy tags tasks throttle timeout vars vars_files vars_prompt',
  block:
    'always any_errors_fatal become become_exe become_flags become_method become_user block check_mode ' +
    'collections connection debugger delegate_facts delegate_to diff environment ignore_errors ' +
    'ignore_unreachable module_defaults name no_log notify port remote_user rescue run_once tags ' +
    'throttle timeout vars when',
  task:
    'action any_errors_fatal args async become become_exe become_flags become_method become_user ' +
    'changed_when check_mode collections connection debugger delay delegate_facts delegate_to diff ' +
    'environment failed_when ignore_errors ignore_unreachable local_action loop loop_control ' +
    'module_defaults name no_log notify poll port register remote_user retries run_once tags throttle ' +
    'timeout until vars when',
  'role entry':
    'any_errors_fatal become become_exe become_flags become_method become_user check_mode collections ' +
    'connection debugger delegate_facts delegate_to diff environment ignore_errors ignore_unreachable ' +
    'module_defaults name no_log port remote_user role run_once tags throttle timeout vars when',
};

/** Keywords that Ansible does not have. */
const own: Partial<Record<Level, readonly string[]>> = { play: ['needs'] };

describe('every keyword of Ansible is known where Ansible takes it, and few others', () => {
  test.each(Object.entries(ansible))('%s', (level, names) => {
    const expected = [...names.split(' '), ...(own[level as Level] ?? [])];
    expect(Object.keys(keywords[level as Level]).sort()).toEqual(expected.sort());
  });

  test('handler', () => {
    const names = new Set(Object.keys(keywords.handler));
    expect([...names.difference(new Set(Object.keys(keywords.task)))]).toEqual(['listen']);
  });
});

test('what is refused says what to do instead', () => {
  const refused = Object.values(keywords).flatMap((table) =>
    Object.entries(table).filter(([, keyword]) => keyword.unsupported !== undefined),
  );
  expect([...new Set(refused.map(([name]) => name))].sort()).toEqual([
    'debugger',
    'fact_path',
    'gather_timeout',
  ]);
  for (const [, { unsupported }] of refused) expect(unsupported!.length).toBeGreaterThan(20);
});

test('propertyOf', () => {
  expect(['name', 'become_user', 'any_errors_fatal'].map(propertyOf)).toEqual([
    'name',
    'becomeUser',
    'anyErrorsFatal',
  ]);
});
