import type { SourcePosition } from '../errors.ts';
import type { Mapping, Value } from '../values.ts';
import type { Loading } from './loading.ts';
import type { Node, RoleScope } from './play.ts';

/** Where in the sources the loader stands, and what encloses that place. */
export interface Scope {
  readonly loading: Loading;
  /** The place to name when a value has none of its own. */
  readonly at: SourcePosition;
  /** The file that is being read. */
  readonly file: string;
  /** Folder of the play's file, absolute. */
  readonly playFolder: string;
  /** Folder of the tasks file, absolute: files that a task names are searched there. */
  readonly folder: string;
  /** Tags of everything around, which content inherits. */
  readonly tags: readonly string[];
  /** Variables that are known without running anything, for names of static imports. */
  readonly vars: Mapping;
  readonly role?: RoleScope;
  /** Whether the nodes are handlers. */
  readonly handlers: boolean;
  /** Files and roles that are being read, outermost first, to name a cycle. */
  readonly stack: readonly string[];
  /** Those that came in while the playbook ran: they may come again, but not for ever. */
  readonly outerStack: readonly string[];
  /** Conditions and other keywords of the roles around, '' when they always run. */
  readonly around: string;
  /** What a play gathers while its nodes are read. */
  readonly play: PlayParts;
  /** Reads a list of tasks and blocks; roles and imports come back to it through here. */
  readonly readNodes: (list: Value | undefined, keyword: string, scope: Scope) => Node[];
}

/** What roles and imports add to the play they are in. */
export interface PlayParts {
  /** Handlers of the roles, in order. */
  readonly roleHandlers: Node[];
  readonly roleScopes: RoleScope[];
  /** Roles with their parameters that run already: a second mention adds nothing. */
  readonly seenRoles: Map<string, RoleScope>;
}

/** How deep files and roles may bring one another, those that came in while running included. */
const maxIncludeDepth = 200;

/** The scope inside of a file or role, or undefined (and a problem) when it is being read already. */
export function enter(scope: Scope, what: string, at: SourcePosition): Scope | undefined {
  const { stack, outerStack } = scope;
  const again = stack.indexOf(what);
  const depth = outerStack.length + stack.length;
  if (again === -1 && depth < maxIncludeDepth) return { ...scope, stack: [...stack, what] };
  const circle = [...stack.slice(Math.max(again, 0)), what].join(' → ');
  const recent = [...new Set([...outerStack, ...stack].slice(-8))].join(', ');
  scope.loading.report({
    code: 'include-cycle',
    message:
      again === -1
        ? `files and roles include one another ${maxIncludeDepth} deep: ${recent}`
        : `a circle: ${circle}`,
    at,
  });
  return undefined;
}
