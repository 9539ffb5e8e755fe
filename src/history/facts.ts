import type { ProcessIdentity } from './process-identity.ts';

/** `run` brings hosts to what playbooks say, `check` finds out what that would be. */
export const runKinds = ['run', 'check', 'plan', 'apply', 'correction', 'exec'] as const;

export type RunKind = (typeof runKinds)[number];

/** Of which commit playbooks were. */
export interface Checkout {
  readonly commit: string;
  /** Files that git knows had other content. */
  readonly dirty: boolean;
}

/** What is known of a run as it begins. It holds no secrets. */
export interface RunFacts {
  readonly kind: RunKind;
  readonly checkMode: boolean;
  readonly started: Date;
  readonly process: ProcessIdentity;
  readonly user: string;
  /** The working directory. */
  readonly folder: string;
  readonly version: string;
  readonly node: string;
  readonly playbooks: readonly string[];
  /** The sources of the inventory; hosts of different ones are different hosts. */
  readonly inventory: readonly string[];
  /** As given, under their long names. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The digest of everything that was read. */
  readonly sources?: string;
}

/** Kinds that leave hosts as playbooks say. */
export function leavesStates({ kind, checkMode }: Pick<RunFacts, 'kind' | 'checkMode'>): boolean {
  return !checkMode && (kind === 'run' || kind === 'apply' || kind === 'correction');
}
