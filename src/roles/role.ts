import type { Static, TObject } from 'typebox';
import type { Fleet, RoleHost } from './fleet.ts';
import type { HandlerReference, RoleNode, RoleTask } from './task.ts';

/** What a role's functions are given about one host. */
export interface RoleContext<Params> {
  /** Checked, defaults filled in. */
  readonly params: Params;
  readonly host: RoleHost;
  /** Every group of the inventory with its hosts, in the inventory's order. */
  readonly groups: Readonly<Record<string, readonly RoleHost[]>>;
  /** Where the playbooks of this run put which role, with what parameters. */
  readonly fleet: Fleet;
}

/** What `tasks` gets besides: facts are known by then. */
export interface TaskContext<Params, Handlers> extends RoleContext<Params> {
  /** `ansible_facts` of the host as plain data; empty where facts are not gathered. */
  readonly facts: { readonly [name: string]: unknown };
  /** What `notify` takes: a misspelt handler is a compile error. */
  readonly handlers: { readonly [Name in keyof Handlers]: HandlerReference };
}

/** Something wrong with parameters that each are well-formed. */
export interface RoleProblem {
  /** Where in the parameters: `['backends', 0, 'topology']`; empty for the role as a whole. */
  readonly path: readonly (string | number)[];
  /** What is wrong, the value named: `backend 'web' is active-passive with one server`. */
  readonly message: string;
  readonly expected?: string;
  readonly nearest?: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** A port on which a role answers on its host. */
export interface Endpoint {
  /** Unique on the host: `http`, `mysql`, `stats`. */
  readonly name: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** What for, in a few words: `web pages`. */
  readonly purpose: string;
  /** `loopback` is reached from the host itself only, `fleet` by hosts of the inventory, `public` by users. */
  readonly reach: 'loopback' | 'fleet' | 'public';
  readonly tls?: boolean;
}

/** Who a host with this role talks to. */
export interface Edge {
  /** Name of a host in the inventory, or an address outside of it. */
  readonly to: string;
  /** The role that is expected to answer there; absent for the outside world. */
  readonly role?: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly purpose: string;
  /** Edges of a host with the same `need` are alternatives: one of them is enough. */
  readonly need: string;
  /** Taken only when no other alternative answers (HAProxy's `backup`). */
  readonly standby?: boolean;
  /** The parameter it comes from, for errors about it. */
  readonly path?: readonly (string | number)[];
}

/** What a role does for its host or the fleet that an audit looks for. */
export interface Provision {
  readonly kind: 'firewall' | 'https' | 'monitoring' | 'backup' | 'restore-test' | 'data';
  /** What exactly: the databases kept, the place backups go to. */
  readonly what: string;
}

/** A choice that the role makes, for its README. */
export interface RoleDecision {
  /** What was to be decided: `How configuration changes take effect`. */
  readonly question: string;
  readonly answer: string;
  readonly why: string;
}

export interface EntryPoint<Schema extends TObject, Extra extends TObject, Handlers> {
  readonly summary: string;
  /** Parameters besides the role's own. */
  readonly params?: Extra;
  check?(context: RoleContext<Static<Schema> & Static<Extra>>): readonly RoleProblem[];
  tasks(context: TaskContext<Static<Schema> & Static<Extra>, Handlers>): readonly RoleNode[];
}

export interface RoleDescription<
  Schema extends TObject,
  Handlers extends Readonly<Record<string, RoleTask>>,
> {
  /** The name of its folder. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** Every property has a description; they are given in the variable of the role's name, or in the role entry. */
  readonly params: Schema;
  /** Plays in YAML for the README, at least one. */
  readonly examples: readonly string[];
  /** The choices the role makes and why. */
  readonly decisions?: readonly RoleDecision[];
  /** Rules across parameters and across hosts, judged before any connection is opened. Pure. */
  check?(context: RoleContext<Static<Schema>>): readonly RoleProblem[];
  /** Ports it answers on. Pure. */
  publishes?(context: RoleContext<Static<Schema>>): readonly Endpoint[];
  /** Whom it talks to. Pure. */
  connects?(context: RoleContext<Static<Schema>>): readonly Edge[];
  /** What an audit wants to know of it. Pure. */
  provides?(context: RoleContext<Static<Schema>>): readonly Provision[];
  /** Run at the end of the play, in this order, where a task that changed something notified them. Pure. */
  handlers?(context: RoleContext<Static<Schema>>): Handlers;
  /** Pure. Names of tasks are unique; the same task has the same name on each host. */
  tasks(context: TaskContext<Static<Schema>, Handlers>): readonly RoleNode[];
  /** Other lists of tasks, for `import_role` with `tasks_from`. */
  readonly entryPoints?: Readonly<Record<string, EntryPoint<Schema, TObject, Handlers>>>;
}

/** A typed role with its types erased, as the engine sees it. */
export interface Role {
  readonly name: string;
  readonly summary: string;
  readonly params: TObject;
  readonly examples: readonly string[];
  readonly decisions: readonly RoleDecision[];
  check(context: RoleContext<never>): readonly RoleProblem[];
  publishes(context: RoleContext<never>): readonly Endpoint[];
  connects(context: RoleContext<never>): readonly Edge[];
  provides(context: RoleContext<never>): readonly Provision[];
  handlers(context: RoleContext<never>): Readonly<Record<string, RoleTask>>;
  tasks(context: TaskContext<never, never>): readonly RoleNode[];
  readonly entryPoints: Readonly<Record<string, ErasedEntryPoint>>;
}

export interface ErasedEntryPoint {
  readonly summary: string;
  readonly params: TObject | undefined;
  check(context: RoleContext<never>): readonly RoleProblem[];
  tasks(context: TaskContext<never, never>): readonly RoleNode[];
}

/**
 * Declares a typed role: the default export of `roles/<name>/role.ts`. Types flow from the schema and
 * the handlers to every function.
 *
 * @example export default defineRole({
 *   name: 'motd', summary: 'Says what a host is for.',
 *   params: Type.Object({ text: Type.String({ description: 'What is said.' }) }),
 *   examples: ['- hosts: all\n  roles: [{ role: motd, text: Hello }]'],
 *   tasks: ({ params }) => [template('Write it', { dest: '/etc/motd', content: `${params.text}\n` })],
 * });
 */
export function defineRole<
  Schema extends TObject,
  Handlers extends Readonly<Record<string, RoleTask>> = Readonly<Record<string, RoleTask>>,
>(description: RoleDescription<Schema, Handlers>): Role {
  const erased = description as unknown as RoleDescription<TObject, Record<string, RoleTask>>;
  const entryPoints = Object.entries(erased.entryPoints ?? {}).map(
    ([name, { summary, params, check, tasks }]): [string, ErasedEntryPoint] => [
      name,
      { summary, params, check: (context) => check?.(context) ?? [], tasks },
    ],
  );
  return {
    name: erased.name,
    summary: erased.summary,
    params: erased.params,
    examples: erased.examples,
    decisions: erased.decisions ?? [],
    check: (context) => erased.check?.(context) ?? [],
    publishes: (context) => erased.publishes?.(context) ?? [],
    connects: (context) => erased.connects?.(context) ?? [],
    provides: (context) => erased.provides?.(context) ?? [],
    handlers: (context) => erased.handlers?.(context) ?? {},
    tasks: (context) => erased.tasks(context as never),
    entryPoints: Object.fromEntries(entryPoints),
  };
}
