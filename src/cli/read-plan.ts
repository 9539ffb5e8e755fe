import { RolecallError } from '../errors.ts';
import { type PlanFile, readPlanFile } from '../plan/file.ts';
import { planSchema } from '../plan/plan.ts';
import { validatorOf } from '../schema/check.ts';

/** Reads a plan and checks its shape; throws `plan-invalid`. */
export function readPlan(file: string): PlanFile {
  return readPlanFile(file, (plan) => {
    const validate = validatorOf(planSchema);
    if (validate(plan)) return;
    const [first] = validate.errors ?? [];
    const place = first?.instancePath ? `${first.instancePath.slice(1)} ` : '';
    throw new RolecallError({
      code: 'plan-invalid',
      message: `${file}: it is damaged: ${place}${first?.message ?? 'has another shape'}`,
    });
  });
}
