import type { Problem, SourcePosition } from '../errors.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { VarsBeside, VarsFile } from '../inventory/vars-files.ts';
import type { Environment, Scope } from '../jinja/environment.ts';
import { compileTemplate } from '../jinja/template.ts';
import type { RenderOptions } from '../modules/contract.ts';
import type { Condition, Play, RoleScope, Task, Templated } from '../playbook/play.ts';
import type { Mapping, Unknown, Value } from '../values.ts';
import { evaluateCondition } from '../variables/conditions.ts';
import { finalLayer, type Layer, precedence, trustedLayer } from '../variables/layer.ts';
import { inventoryLayers, layersFor, type NamedValues } from '../variables/layers.ts';
import { magicValues } from '../variables/magic.ts';
import { VariableScope } from '../variables/scope.ts';
import { evaluateValue } from '../variables/values.ts';
import type { RunOptions } from './context.ts';
import type { HostRun } from './host-run.ts';
import type { Inherited } from './inherit.ts';
import { loadTemplate, type Place } from './search.ts';
import type { TaskScope } from './task-scope.ts';

/** What variables of a run rest on. */
export interface VariableSources {
  readonly inventory: Inventory;
  readonly inventoryFiles: VarsBeside;
  /** group_vars/ and host_vars/ beside a playbook. */
  playbookFiles(folder: string): VarsBeside;
  readonly options: RunOptions;
  hostRun(name: string): HostRun | undefined;
  decrypt(ciphertext: string, at: SourcePosition): string;
  onSecret(value: string): void;
  /** The lookups of templates in a place. */
  lookups(place: Place, scope: Scope, speculative: boolean): Environment['lookup'];
}

/** What a play gives to the variables of its hosts. */
export interface PlayVariables {
  readonly play: Play;
  readonly roles: readonly RoleScope[];
  readonly prompts: Mapping;
  varsFiles(host: string): readonly VarsFile[];
  /** Hosts of the play in all, those still in it, and those of the batch still in it. */
  readonly hostsAll: readonly string[];
  readonly hosts: readonly string[];
  readonly batch: readonly string[];
  /** Counts up whenever one of these changes. */
  readonly version: number;
  /** To be called when a host left the play or came back. */
  hostsChanged(): void;
}

/** A host's scope, and what it was made of. */
interface HostScope {
  readonly inventoryVersion: number;
  readonly hostVersion: number;
  readonly playVersion: number | undefined;
  readonly scope: VariableScope;
  ofPlay?: TaskScope;
}

/** The scopes of a run: one a host, and below it one a task. */
export class Variables {
  readonly #sources: VariableSources;
  readonly #layers = new Map<string, readonly Layer[]>();
  readonly #scopes = new Map<string, Map<Play | undefined, HostScope>>();
  #inventoryVersion = 0;

  constructor(sources: VariableSources) {
    this.#sources = sources;
  }

  /**
   * Reads every group_vars and host_vars file, so that a damaged or unreadable one stops the run before
   * any host is contacted. Returns what is odd about them.
   */
  readFiles(playbookFolders: readonly string[]): readonly Problem[] {
    const { inventory, inventoryFiles } = this.#sources;
    const all = [
      inventoryFiles,
      ...new Set(playbookFolders.map((folder) => this.#sources.playbookFiles(folder))),
    ];
    return all.flatMap((files) => {
      files.readAll(inventory);
      return files.warnings;
    });
  }

  /** To be called when add_host or group_by changed the inventory. */
  inventoryChanged(): void {
    this.#inventoryVersion++;
    this.#layers.clear();
  }

  /** The variables of a host outside of any task; without a play those of the inventory and the run. */
  hostScope(host: string, play: PlayVariables | undefined): VariableScope {
    return this.#ofHost(host, play).scope;
  }

  #ofHost(host: string, play: PlayVariables | undefined): HostScope {
    const run = this.#sources.hostRun(host);
    let known = this.#scopes.get(host);
    if (!known) {
      known = new Map();
      this.#scopes.set(host, known);
    }
    const kept = known.get(play?.play);
    if (
      kept !== undefined &&
      kept.inventoryVersion === this.#inventoryVersion &&
      kept.hostVersion === (run?.version ?? 0) &&
      kept.playVersion === play?.version
    ) {
      return kept;
    }
    const made: HostScope = {
      inventoryVersion: this.#inventoryVersion,
      hostVersion: run?.version ?? 0,
      playVersion: play?.version,
      scope: this.#newHostScope(host, run, play),
    };
    known.set(play?.play, made);
    return made;
  }

  #newHostScope(
    host: string,
    run: HostRun | undefined,
    play: PlayVariables | undefined,
  ): VariableScope {
    const folder = play?.play.folder ?? process.cwd();
    const layers = layersFor({
      inventory: this.#inventoryLayers(host, folder),
      facts: run?.facts,
      setFacts: run?.registered,
      includeVars: run?.includedVars,
      extraVars: this.#sources.options.extraVars,
      magic: this.#magic(host, play, folder),
      playVars: play?.play.vars,
      prompts: play?.prompts,
      varsFiles: play?.varsFiles(host),
      roleDefaults: play?.roles.map(defaultsOf),
      roleVars: play?.roles.map(varsOf),
    });
    const place: Place = { folder, playbookDir: folder };
    return new VariableScope(layers, {
      surroundings: this.#surroundings(place, false),
      decrypt: (text, at) => this.#sources.decrypt(text, at),
      onSecret: (value) => this.#sources.onSecret(value),
    });
  }

  /** The variables of a host where the play itself is at work; the same object while none has changed. */
  playScope(host: string, play: PlayVariables): TaskScope {
    const kept = this.#ofHost(host, play);
    kept.ofPlay ??= new BoundScope(kept.scope, play.play.at);
    return kept.ofPlay;
  }

  /** The variables of a task on a host; `speculative` refuses what has an effect or differs each time. */
  taskScope(
    host: string,
    play: PlayVariables,
    task: Task,
    inherited: Inherited,
    speculative = false,
  ): TaskScope {
    const { role } = task;
    const taskVars = task.vars;
    const adds = role || taskVars || inherited.vars.length + inherited.includeParams.length > 0;
    const layers = !adds
      ? []
      : layersFor({
          roleDefaults: role ? [defaultsOf(role)] : [],
          roleVars: role ? [varsOf(role)] : [],
          roleParams: role ? [{ name: role.name, values: role.params }] : [],
          blockVars: inherited.vars.filter((vars) => vars !== taskVars),
          taskVars,
          includeParams: inherited.includeParams,
          magic: role ? roleMagic(role) : undefined,
        });
    const place: Place = { folder: task.folder, playbookDir: play.play.folder, role };
    const base = this.hostScope(host, play);
    const surroundings = this.#surroundings(place, speculative);
    return new BoundScope(base.with(layers, { surroundings }), task.at);
  }

  #surroundings(place: Place, speculative: boolean) {
    return (scope: Scope) => ({
      speculative,
      lookup: this.#sources.lookups(place, scope, speculative),
      loadTemplate: (name: string, from: string) => loadTemplate(name, from, place),
    });
  }

  #inventoryLayers(host: string, folder: string): readonly Layer[] {
    const key = `${host}\0${folder}`;
    let layers = this.#layers.get(key);
    if (!layers) {
      const files = {
        inventory: this.#sources.inventoryFiles,
        playbook: this.#sources.playbookFiles(folder),
      };
      layers = inventoryLayers(this.#sources.inventory, host, files);
      this.#layers.set(key, layers);
    }
    return layers;
  }

  #magic(host: string, play: PlayVariables | undefined, playbookDir: string): Mapping {
    const { options, inventory } = this.#sources;
    return magicValues({
      inventory,
      host,
      scopeOf: (other) => this.hostScope(other, undefined),
      playHosts: play?.hosts ?? [],
      playHostsAll: play?.hostsAll ?? [],
      playBatch: play?.batch ?? [],
      playName: play?.play.name ?? '',
      playRoleNames: play?.roles.map((role) => role.name) ?? [],
      playbookDir,
      checkMode: options.checkMode,
      diffMode: options.diff,
      forks: options.forks,
      verbosity: options.verbosity,
      limit: options.limit,
      runTags: options.tags,
      skipTags: options.skipTags,
    });
  }
}

class BoundScope implements TaskScope {
  readonly #scope: VariableScope;
  readonly #at: SourcePosition;

  constructor(scope: VariableScope, at: SourcePosition) {
    this.#scope = scope;
    this.#at = at;
  }

  get(name: string): Value | undefined {
    const value = this.#scope.get(name);
    return value === undefined ? undefined : value;
  }

  keep<T>(key: string, compute: (scope: TaskScope) => T): T {
    return this.#scope.keep(key, (scope) =>
      compute(scope === this.#scope ? this : new BoundScope(scope, this.#at)),
    );
  }

  layers(name: string): readonly Layer[] {
    return this.#scope.literals(name);
  }

  evaluate(value: Templated, at?: SourcePosition): Value {
    return evaluateValue(value, this.#scope, at ?? this.#at);
  }

  condition(condition: Condition): boolean | Unknown {
    return evaluateCondition(condition, this.#scope);
  }

  render(source: string, file: string, options: RenderOptions = {}): string | Unknown {
    const { extra, ...rest } = options;
    const scope = extra
      ? this.#scope.with(finalLayer('template', extra, precedence.loopVars))
      : this.#scope;
    const template = compileTemplate(source, { file, line: 1, column: 1 }, templateOptions(rest));
    return template.render(scope.environment());
  }

  withValues(values: Mapping): TaskScope {
    if (values.size === 0) return this;
    return new BoundScope(
      this.#scope.with(finalLayer('loop and result', values, precedence.loopVars)),
      this.#at,
    );
  }

  withVars(values: Mapping): TaskScope {
    return new BoundScope(
      this.#scope.with(trustedLayer('include parameters', values, precedence.includeParams)),
      this.#at,
    );
  }

  names(): Iterable<string> {
    return this.#scope.names();
  }
}

function templateOptions(options: Omit<RenderOptions, 'extra'>) {
  return {
    escapeBackslashes: false,
    keepTrailingNewline: true,
    trimBlocks: options.trimBlocks ?? true,
    lstripBlocks: options.lstripBlocks ?? false,
    newlineSequence: options.newlineSequence,
    variableStartString: options.variableStart,
    variableEndString: options.variableEnd,
    blockStartString: options.blockStart,
    blockEndString: options.blockEnd,
    commentStartString: options.commentStart,
    commentEndString: options.commentEnd,
  };
}

function defaultsOf(role: RoleScope): NamedValues {
  return { name: role.name, values: role.defaults };
}

function varsOf(role: RoleScope): NamedValues {
  return { name: role.name, values: role.vars };
}

function roleMagic(role: RoleScope): Mapping {
  return new Map<Value, Value>([
    ['role_name', role.name],
    ['ansible_role_name', role.name],
    ['role_path', role.path],
    ['ansible_parent_role_names', [...role.parents]],
  ]);
}
