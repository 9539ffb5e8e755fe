import { RolecallError } from '../errors.ts';
import type { VarsFile } from '../inventory/vars-files.ts';
import type { Play, RoleScope, Task } from '../playbook/play.ts';
import { Float, type Mapping } from '../values.ts';
import type { HostRun } from './host-run.ts';
import type { Inherited } from './inherit.ts';
import type { PlayContext } from './play-context.ts';
import { isTrue } from './target.ts';
import { titleOfPlay } from './title.ts';
import type { PlayVariables } from './variables.ts';

/** What all batches of a play share: its variables, who is still in it, how much may fail. */
export class PlayState implements PlayVariables {
  readonly play: Play;
  /** Of the plays of the run, counted from 1. */
  readonly number: number;
  readonly prompts: Mapping;
  readonly hostsAll: readonly string[];
  readonly #runs: readonly HostRun[];
  readonly #varsFiles: (host: string) => readonly VarsFile[];
  #batch: readonly HostRun[] = [];
  #roles: readonly RoleScope[];
  #version = 0;
  #stopped = false;

  constructor(
    play: Play,
    number: number,
    runs: readonly HostRun[],
    prompts: Mapping,
    varsFiles: (host: string) => readonly VarsFile[],
  ) {
    this.play = play;
    this.number = number;
    this.prompts = prompts;
    this.hostsAll = runs.map(({ name }) => name);
    this.#runs = runs;
    this.#varsFiles = varsFiles;
    this.#roles = play.roleScopes;
  }

  get version(): number {
    return this.#version;
  }

  get roles(): readonly RoleScope[] {
    return this.#roles;
  }

  get hosts(): readonly string[] {
    return names(this.#runs);
  }

  get batch(): readonly string[] {
    return names(this.#batch);
  }

  /** Too much failed: the rest of the play, later batches and later plays do not run. */
  get stopped(): boolean {
    return this.#stopped;
  }

  varsFiles(host: string): readonly VarsFile[] {
    return this.#varsFiles(host);
  }

  beginBatch(batch: readonly HostRun[]): void {
    this.#batch = batch;
    this.#version++;
  }

  /** To be called when a host left the play or came back. */
  hostsChanged(): void {
    this.#version++;
  }

  addRoles(roles: readonly RoleScope[]): void {
    this.#roles = [...this.#roles, ...roles];
    this.#version++;
  }

  /** any_errors_fatal and max_fail_percentage, after a task. */
  enforceLimits(
    run: PlayContext,
    task: Task,
    inherited: Inherited,
    hosts: readonly HostRun[],
  ): void {
    const isLost = ({ state }: HostRun) =>
      state === 'unreachable' || (state === 'failed' && !inherited.rescuable);
    if (!hosts.some(isLost)) return;
    const fatal = inherited.keywords.anyErrorsFatal;
    if (
      fatal !== undefined &&
      isTrue(run.scope(hosts[0]!, task, inherited).evaluate(fatal, task.at))
    ) {
      this.#stop(run, `a failure in '${task.name ?? task.action.module}' is fatal for all hosts`);
      return;
    }
    const limit = this.#failureLimit(run, task, inherited);
    const failed = run.hosts.filter(isLost);
    if (limit === undefined || (100 * failed.length) / run.hosts.length <= limit) return;
    this.#stop(run, `${failed.length} of ${run.hosts.length} hosts failed: more than ${limit} %`);
  }

  #stop(run: PlayContext, reason: string): void {
    for (const host of run.hosts) if (host.state === 'active') host.state = 'failed';
    if (!this.#stopped)
      run.report({ type: 'warning', message: `stopping '${titleOfPlay(this.play)}': ${reason}` });
    this.#stopped = true;
    this.hostsChanged();
  }

  #failureLimit(run: PlayContext, task: Task, inherited: Inherited): number | undefined {
    const { maxFailPercentage, at } = this.play;
    if (maxFailPercentage === undefined || maxFailPercentage === null) return undefined;
    const value = run.scope(run.hosts[0]!, task, inherited).evaluate(maxFailPercentage, at);
    const text = value instanceof Float ? String(value.value) : String(value);
    const limit = Number(text.replace('%', ''));
    if (Number.isFinite(limit)) return limit;
    throw new RolecallError({
      code: 'invalid-argument',
      message: `max_fail_percentage is '${text}'`,
      at,
      expected: 'a percentage, such as 30',
    });
  }
}

function names(runs: readonly HostRun[]): string[] {
  return runs.filter(({ state }) => state === 'active').map(({ name }) => name);
}
