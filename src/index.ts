export {
  describeProblem,
  type ErrorCode,
  type Problem,
  RolecallError,
  type SourcePosition,
} from './errors.ts';
export type { Counts, Diff, HostResult, RunEvent, Status } from './events.ts';
