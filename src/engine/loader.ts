import type { IncludedRole, IncludedTasks, IncludePlace } from '../playbook/include.ts';
import type { Mapping } from '../values.ts';

/** Reads at run time what includes name. All throw RolecallError with every problem they find. */
export interface Loader {
  tasks(file: string, place: IncludePlace, apply: Mapping | undefined): IncludedTasks;
  role(args: Mapping, place: IncludePlace): IncludedRole;
  /** The variables of a file on the controller, decrypted. */
  vars(file: string): Mapping;
  /** The bytes of a file on the controller, decrypted when it is a vault; its lines are secrets then. */
  bytes(file: string): Promise<Buffer>;
}
