import type { CommandResult } from '../connection/connection.ts';
import { backupName } from './atomic-write.ts';
import type { Change, Decision, ResultData } from './contract.ts';
import { attributeResult, attributeSummary } from './file-attributes.ts';
import { defaultDirectoryMode } from './file-mode.ts';
import { type FilePlan, planFile, type WantedFile } from './file-plan.ts';
import { resolveTarget, type Target, type TargetQuestion } from './file-target.ts';
import { fileTogether } from './file-together.ts';

/** What copy and template are asked of the file that they write. */
export interface FileRequest {
  readonly dest: string;
  /** `preserve` is the mode of the source. */
  readonly mode?: string | number;
  readonly owner?: string;
  readonly group?: string;
  readonly backup: boolean;
  readonly force: boolean;
  readonly validate?: string;
}

/** The decision about one source for one destination; `result` gets the path that is written. */
export function decideSource(
  given: FileRequest,
  source: Omit<WantedFile, 'attributes'> & { readonly mode?: number },
  question: TargetQuestion,
  observed: { readonly [name: string]: unknown },
  result: ResultData,
): Decision {
  const target = resolveTarget(question, observed);
  if ('problem' in target) return { kind: 'failed', message: target.problem };
  const mode = given.mode === 'preserve' ? source.mode : given.mode;
  return decideFile(
    target,
    {
      ...source,
      attributes: { mode, owner: given.owner, group: given.group },
      backup: given.backup,
      validate: given.validate,
      force: given.force,
      ...(given.dest.endsWith('/') && { parentMode: defaultDirectoryMode }),
    },
    { dest: target.real, ...result },
  );
}

/** The decision about one file whose content is given; `result` holds the keys of the module itself. */
export function decideFile(target: Target, wanted: WantedFile, result: ResultData): Decision {
  const plan = planFile(target, wanted);
  if ('problem' in plan) return { kind: 'failed', message: plan.problem };
  const full: ResultData = { ...result, ...attributeResult(plan.after) };
  if (plan.differences.length === 0) {
    const isLeft = wanted.force === false && target.digest.digest !== wanted.sha256;
    return {
      kind: 'unchanged',
      reason: isLeft
        ? `${target.real} exists and force is false`
        : `${target.real} already has this content, ${attributeSummary(plan.after)}`,
      result: full,
    };
  }
  const change = changeOf(plan, target.real, full, wanted.backup === true && target.state.exists);
  return { ...change, together: fileTogether(target, wanted, plan) };
}

/** A plan with differences as a change. */
export function changeOf(
  plan: FilePlan,
  name: string,
  result: ResultData,
  makesBackup: boolean,
): Change {
  return {
    kind: 'change',
    summary: `${name}: ${plan.differences.join(', ')}`,
    diff: plan.diff,
    apply: plan.steps,
    touches: plan.touches,
    predicts: plan.predicts,
    result,
    verify: true,
    ...(plan.writes &&
      makesBackup && {
        unknownResult: ['backup_file'],
        complete: (outputs) => completeWithBackup(outputs, result),
      }),
  };
}

function completeWithBackup(outputs: readonly CommandResult[], result: ResultData) {
  const last = outputs.at(-1);
  if (last && last.status !== 0) {
    return { result, failed: last.stderr.toString().trim() || `failed with status ${last.status}` };
  }
  const name = backupName(last);
  return { result: name === undefined ? result : { ...result, backup_file: name } };
}
