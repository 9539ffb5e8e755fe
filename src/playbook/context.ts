import type { Mapping } from '../values.ts';
import type { SourceFiles } from './files.ts';

/** What loading a playbook needs to know of the world around it. */
export interface PlaybookContext {
  /** Folders where roles are searched after those beside the playbook, absolute. */
  readonly rolesPath: readonly string[];
  /** The controller's files; the disk by default. */
  readonly files?: SourceFiles;
  /** Short names of everything that a task may call, the engine's own actions included. */
  readonly knownModules: ReadonlyMap<string, KnownModule>;
  /** Values of -e: file names of static imports may use them. */
  readonly extraVars: Mapping;
  /** Plain text of a file that is encrypted as a whole; throws a RolecallError when no password fits. */
  readonly vault?: FileVault;
}

export interface KnownModule {
  /** The argument that takes free text (`command: echo hi`); absent = `k=v` strings only. */
  readonly freeForm?: string | undefined;
  /** Names of all arguments: a `k=v` in a free form is an argument only when it is one of these. */
  readonly argNames?: readonly string[] | undefined;
}

export interface FileVault {
  decrypt(text: string, file: string): string;
}
