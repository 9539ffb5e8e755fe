import type { Connect } from '../connection/connection.ts';
import type { RunEvent } from '../events.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Module } from '../modules/contract.ts';
import type { Collector } from '../observe/observation.ts';
import type { Role } from '../roles/role.ts';
import type { Timer } from '../timings/timer.ts';
import type { Mapping } from '../values.ts';
import type { Guard } from './guard.ts';
import type { ConnectionDefaults } from './target.ts';

/** What the command line says about a run. */
export interface RunOptions {
  readonly checkMode: boolean;
  readonly diff: boolean;
  /** Hosts that are worked on at the same time. */
  readonly forks: number;
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly startAtTask?: string;
  readonly limit?: string;
  readonly extraVars: Mapping;
  readonly verbosity: number;
  readonly forceHandlers: boolean;
  readonly connection: ConnectionDefaults;
  readonly signal: AbortSignal;
  /** Shown to whoever finds a host locked: `anna@laptop, process 4711, since 12:01`. */
  readonly holder: string;
}

/** What a run needs from outside. */
export interface RunServices {
  readonly connect: Connect;
  readonly collectors: ReadonlyMap<string, Collector<unknown>>;
  /** A module by its short name; undefined when there is none. */
  loadModule(name: string): Promise<Module | undefined>;
  /** A module that is loaded already, for work that must not wait. */
  loadedModule(name: string): Module | undefined;
  /** The typed role that a role.ts exports; rejects with `role-invalid`. */
  loadRole(file: string): Promise<Role>;
  report(event: RunEvent): void;
  readonly timer: Timer;
  readonly redactor: Redaction;
  /** Is asked behind each decision of a module. */
  readonly guard?: Guard;
  /** Asks the person at the terminal; rejects where there is none. */
  prompt(question: string, hidden: boolean): Promise<string>;
}

export interface Redaction {
  /** From now on this value is hidden wherever it shows up. */
  add(secret: string): void;
  redact(text: string): string;
}

export interface RunContext {
  readonly inventory: Inventory;
  readonly options: RunOptions;
  readonly services: RunServices;
}
