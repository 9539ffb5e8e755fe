import type { Mapping, Value } from '../values.ts';
import { type IncludePlace, readIncludedRole, readIncludedTasks } from './include.ts';
import { isTemplate } from './keyword-values.ts';
import type { Loading } from './loading.ts';
import type { Block, Common, Node, Play, Task } from './play.ts';

/** A task as lint meets it. */
export interface Met {
  readonly task: Task;
  readonly play: Play;
  readonly handler: boolean;
  /** Default arguments of modules, outermost first. */
  readonly moduleDefaults: readonly Mapping[];
}

/** Everything that can be reached from a play without running it. */
export interface Reached {
  readonly play: Play;
  readonly tasks: readonly Met[];
  readonly blocks: readonly Block[];
  /** Handlers of the play, its roles, and of roles that are included by a name without templates. */
  readonly handlers: readonly Met[];
  /** Whether something is included whose name only a run can tell. */
  readonly openRoles: boolean;
  readonly openTasks: boolean;
}

/** Walks a play and everything that its includes name statically; problems there go to `loading`. */
export function reach(play: Play, loading: Loading): Reached {
  return new Walk(play, loading).run();
}

class Walk {
  private readonly play: Play;
  private readonly loading: Loading;
  private readonly tasks: Met[] = [];
  private readonly blocks: Block[] = [];
  private readonly handlers: Met[] = [];
  private readonly visited = new Set<string>();
  private openRoles = false;
  private openTasks = false;

  constructor(play: Play, loading: Loading) {
    this.play = play;
    this.loading = loading;
  }

  run(): Reached {
    const { play } = this;
    const lists = [play.preTasks, play.roles, play.tasks, play.postTasks];
    for (const nodes of lists) this.nodes(nodes, false, play.moduleDefaults);
    this.nodes(play.handlers, true, play.moduleDefaults);
    const { tasks, blocks, handlers, openRoles, openTasks } = this;
    return { play, tasks, blocks, handlers, openRoles, openTasks };
  }

  private nodes(nodes: readonly Node[], handler: boolean, outer: readonly Mapping[]): void {
    for (const node of nodes) {
      const moduleDefaults = [...outer, ...(node as Common).moduleDefaults];
      if (node.kind === 'block') {
        this.blocks.push(node);
        for (const part of [node.block, node.rescue, node.always]) {
          this.nodes(part, handler, moduleDefaults);
        }
        continue;
      }
      const met = { task: node, play: this.play, handler, moduleDefaults };
      this.tasks.push(met);
      if (handler) this.handlers.push(met);
      if (node.action.module === 'include_tasks') this.includeTasks(met);
      if (node.action.module === 'include_role') this.includeRole(met);
    }
  }

  private includeTasks({ task, handler, moduleDefaults }: Met): void {
    const { args } = task.action;
    const name = args instanceof Map ? (args.get('_raw_params') ?? args.get('file')) : undefined;
    if (typeof name !== 'string' || isTemplate(name)) {
      this.openTasks = true;
      return;
    }
    if (!this.isNew(`tasks ${task.folder} ${task.role?.path} ${name}`)) return;
    const apply = args instanceof Map ? applyOf(args) : undefined;
    const included = readIncludedTasks(name, this.place(task, handler), this.loading, apply);
    if (included) this.nodes([included.block], handler, moduleDefaults);
  }

  private includeRole({ task, handler, moduleDefaults }: Met): void {
    const { args } = task.action;
    if (
      !(args instanceof Map) ||
      [...args].some(([key, value]) => key !== 'apply' && isTemplate(value))
    ) {
      this.openRoles = true;
      return;
    }
    if (!this.isNew(`role ${JSON.stringify([...args])} ${task.role?.path}`)) return;
    const role = readIncludedRole(args, this.place(task, handler), this.loading);
    this.nodes([role.block], handler, moduleDefaults);
    this.nodes(role.handlers, true, this.play.moduleDefaults);
  }

  private place(task: Task, handlers: boolean): IncludePlace {
    return { task, playFolder: this.play.folder, handlers };
  }

  private isNew(key: string): boolean {
    if (this.visited.has(key)) return false;
    this.visited.add(key);
    return true;
  }
}

function applyOf(args: Mapping): Mapping | undefined {
  const apply: Value | undefined = args.get('apply');
  return apply instanceof Map ? apply : undefined;
}
