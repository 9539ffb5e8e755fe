import { readFileSync } from 'node:fs';
import { RolecallError } from '../errors.ts';
import { canonical } from './canonical.ts';
import type { Digests } from './digest.ts';
import type { Plan } from './plan.ts';

/** A plan with its seal, as the text of its file. */
export function planText(plan: Plan, digests: Digests): string {
  return `${JSON.stringify({ ...plan, seal: digests.seal(canonical(plan)) }, undefined, 1)}\n`;
}

export interface PlanFile {
  readonly plan: Plan;
  /** Undefined where it lacks one. */
  readonly seal: string | undefined;
}

/** Reads a plan; throws `plan-invalid` where it is none. Its seal is not looked at: see `assertSealed`. */
export function readPlanFile(file: string, assertShape: (plan: unknown) => void): PlanFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new RolecallError({
      code: 'file-unreadable',
      message: `the plan ${file} cannot be read: ${(error as Error).message}`,
    });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw invalid(file, `it is damaged: ${(error as Error).message}`);
  }
  if (typeof parsed !== 'object' || parsed === null || !('rolecallPlan' in parsed)) {
    throw invalid(file, "it is no plan of rolecall: 'rolecallPlan' is missing");
  }
  if (parsed.rolecallPlan !== 1) {
    throw invalid(
      file,
      `it is of version ${String(parsed.rolecallPlan)}; this one reads version 1`,
    );
  }
  const { seal, ...plan } = parsed as { seal?: unknown };
  assertShape(plan);
  return { plan: plan as unknown as Plan, seal: typeof seal === 'string' ? seal : undefined };
}

/** Throws where a plan was made with another key, or altered since. */
export function assertSealed(file: string, { plan, seal }: PlanFile, digests: Digests): void {
  if (plan.key !== digests.keyId) {
    throw new RolecallError({
      code: 'plan-invalid',
      message: `${file} was sealed with key ${plan.key}; the key here is ${digests.keyId}`,
      hint: 'Apply it where it was made, or give both the same key: ROLECALL_PLAN_KEY or --plan-key-file.',
    });
  }
  if (seal !== digests.seal(canonical(plan))) {
    throw invalid(file, 'its seal does not fit: it was damaged or altered after it was made');
  }
}

function invalid(file: string, why: string): RolecallError {
  return new RolecallError({ code: 'plan-invalid', message: `${file}: ${why}` });
}
