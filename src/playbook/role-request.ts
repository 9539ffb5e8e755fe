import type { SourcePosition } from '../errors.ts';
import type { Mapping } from '../values.ts';
import type { Common } from './play.ts';

/** A role as a play, a dependency or a task asks for it. */
export interface RoleRequest {
  /** Without templates. */
  readonly name: string;
  /** Where the name stands. */
  readonly at: SourcePosition;
  /** Variables given as plain keys of a role entry: they win over almost all others. */
  readonly params: Mapping;
  /** `vars` of a role entry: they win over the role's own vars. */
  readonly vars?: Mapping;
  readonly tasksFrom?: string;
  readonly varsFrom?: string;
  readonly defaultsFrom?: string;
  readonly handlersFrom?: string;
  /** Overrides what the role's meta says. */
  readonly allowDuplicates?: boolean;
  /** Whether the parameters are held against meta/argument_specs. */
  readonly validate: boolean;
  /** Whether the play sees the role's defaults and vars. */
  readonly public: boolean;
  /** Keywords of the entry or task: they apply to all of the role. */
  readonly common: Common;
}
