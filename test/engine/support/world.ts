import { Type } from 'typebox';
import type { CommandResult, Connection, Target } from '../../../src/connection/connection.ts';
import { type FakeConnection, fakeConnection } from '../../../src/connection/fake.ts';
import { engineActions } from '../../../src/engine/actions/registry.ts';
import { createRun } from '../../../src/engine/create-run.ts';
import type { Guard } from '../../../src/engine/guard.ts';
import { type RunSummary, runPlaybooks } from '../../../src/engine/run.ts';
import { RolecallError } from '../../../src/errors.ts';
import type { HostResult, RunEvent, RunEventOf } from '../../../src/events.ts';
import { Inventory } from '../../../src/inventory/inventory.ts';
import { createLookup } from '../../../src/jinja/lookups/table.ts';
import { defineModule, type MergedStep, type Module } from '../../../src/modules/contract.ts';
import type { Collector, Observation } from '../../../src/observe/observation.ts';
import { predict } from '../../../src/observe/observation.ts';
import { memoryFiles } from '../../../src/playbook/files.ts';
import { loadPlaybook } from '../../../src/playbook/load.ts';
import { loaderActions } from '../../../src/playbook/module-names.ts';
import type { Role } from '../../../src/roles/role.ts';
import { Redactor } from '../../../src/shell/redact.ts';
import { rawSh, sh } from '../../../src/shell/sh.ts';
import { noTimer } from '../../../src/timings/timer.ts';
import { fromPlain, type Mapping } from '../../../src/values.ts';

/** A host whose whole state is a set of named switches, and the shell words that read and set them. */
export class FakeHost {
  readonly switches = new Map<string, string>();
  readonly owed = new Set<string>();
  readonly connections: FakeConnection[] = [];
  /** The connection breaks when the command with this number is sent. */
  lostAt: number | undefined;
  unreachable = false;
  /** Settings that do not stick: applied without effect. */
  readonly stubborn = new Set<string>();
  lockedBy: string | undefined;
  /** Called with each script before it is answered. */
  onScript: (text: string) => void = () => {};

  connect(name: string): Connection {
    if (this.unreachable) {
      throw new RolecallError({ code: 'unreachable', message: `no route to ${name}`, host: name });
    }
    const connection = fakeConnection({
      endpoint: name,
      answer: ({ script }) => this.#answer(bare(script.text)),
      lostAt: this.lostAt,
    });
    this.connections.push(connection);
    return connection;
  }

  get commands(): string[] {
    return this.connections.flatMap(({ log }) => log.map(({ script }) => bare(script.text)));
  }

  #answer(
    text: string,
  ):
    | string
    | (Partial<Omit<CommandResult, 'stdout' | 'stderr'>> & { stdout?: string; stderr?: string }) {
    this.onScript(text);
    if (text.includes('rolecall.lock') && text.includes('born()')) {
      return this.lockedBy ? `held ${this.lockedBy}\n` : 'taken\n';
    }
    if (text.includes('rolecall/owed')) return this.#owedRecords(text);
    if (text.includes('rolecall.lock')) return '';
    return this.#words(text.trim().split('\n').at(-1)!.split(' '));
  }

  #owedRecords(text: string) {
    const written = [...text.matchAll(/"\$owed"\/([0-9a-f]{32})/g)].map(([, key]) => key!);
    if (written.length > 0) {
      for (const key of written) this.owed.add(key);
      return this.#words(text.trim().split('\n').at(-1)!.split(' '));
    }
    for (const [, keys] of text.matchAll(/rm -f -- ([0-9a-f ]+)/g)) {
      for (const key of keys!.split(' ')) this.owed.delete(key);
    }
    return text.includes('ls "$d"') ? [...this.owed].map((key) => `${key}\n`).join('') : '';
  }

  #words([verb, ...quoted]: string[]) {
    const words = quoted.map((word) => word.replace(/^'(.*)'$/, '$1'));
    switch (verb) {
      case 'get':
        return words.map((word) => `${this.switches.get(word) ?? 'off'}\n`).join('');
      case 'set':
        if (!this.stubborn.has(words[0]!)) this.switches.set(words[0]!, words[1]!);
        return words[1] === 'broken' ? { status: 3, stderr: 'it broke\n' } : '';
      case 'set-all':
        for (const [at, word] of words.entries()) {
          if (words[at + 1] === 'broken') return { status: 3, stderr: 'one of them broke\n' };
          if (at % 2 === 0 && !this.stubborn.has(word)) this.switches.set(word, words[at + 1]!);
        }
        return '';
      case 'say':
        return words[0] === 'fail' ? { status: 1, stderr: 'said no\n' } : `${words.join(' ')}\n`;
      default:
        return { status: 127, stderr: `${verb}: not found\n` };
    }
  }
}

/** Without the umask that the engine puts in front of what applies. */
function bare(text: string): string {
  return text.replace(/^umask 022\n/, '');
}

function flip(key: string): Observation<string> {
  return { kind: 'switch', key };
}

const switchCollector: Collector<string> = {
  kind: 'switch',
  script: (keys) => rawSh(`get ${keys.join(' ')}`),
  parse: ({ stdout }) => stdout.toString().trimEnd().split('\n'),
  mayBeBrought: (state, key) => state === 'off' && key.startsWith('pkg'),
};

/** Sets several switches with one step. */
function setAll(parts: readonly unknown[]): MergedStep[] {
  const words = (parts as readonly string[][]).flat();
  return [{ script: sh`set-all ${words}`, of: [...parts.keys()] }];
}

/**
 * `flip: name=x to=on`: converges a switch; `brings` makes check mode doubt switches of packages; `together`
 * is how it goes with others of a loop; `looks` is another switch that it looks at and leaves alone,
 * `heard` what another host said, and with `outline` it does not know exactly what it will change.
 */
const flipModule = defineModule({
  name: 'flip',
  summary: 'Sets a switch.',
  args: Type.Object({
    name: Type.String(),
    to: Type.String({ default: 'on' }),
    brings: Type.Optional(Type.String()),
    everything: Type.Boolean({ default: false }),
    together: Type.Optional(Type.Union([Type.Literal('own step'), Type.Literal('one step')])),
    looks: Type.Optional(Type.String()),
    heard: Type.Optional(Type.String()),
    outline: Type.Boolean({ default: false }),
  }),
  reportedArgs: ['heard'],
  examples: [],
  returns: {},
  observe: ({ name, looks }) => ({ state: flip(name), ...(looks && { other: flip(looks) }) }),
  decide: (args, { state, other }) =>
    state === args.to
      ? { kind: 'unchanged', reason: `${args.name} is ${state}`, result: { state } }
      : {
          kind: 'change',
          summary: `${args.name}: ${state} → ${args.to}`,
          diff: [{ header: args.name, before: `${state}\n`, after: `${args.to}\n` }],
          apply: [{ script: sh`set ${args.name} ${args.to}` }],
          touches: args.everything
            ? 'everything'
            : [flip(args.name), ...(args.looks ? [flip(args.looks)] : [])],
          predicts: [
            predict(flip(args.name), args.to),
            ...(args.looks ? [predict(flip(args.looks), other!)] : []),
          ],
          outline: args.outline,
          ...(args.together && {
            together:
              args.together === 'one step' ? { merge: setAll, part: [args.name, args.to] } : {},
          }),
          ...(args.brings && { mayBring: args.brings }),
          result: { state: args.to },
          verify: true,
        },
});

/** `follow: name=x`: asks for a switch, and then for the switch that has the name of its state. */
const followModule = defineModule({
  name: 'follow',
  summary: 'Follows a switch to the next.',
  args: Type.Object({ name: Type.String() }),
  examples: [],
  returns: {},
  observe: ({ name }) => ({ first: flip(name) }),
  refine: (_args, { first }) => ({ second: flip(first) }),
  decide: (_args, { first, second }) => ({ kind: 'unchanged', reason: `${first} is ${second}` }),
});

/** `say: words`: an action that is done each time and gives its words back. */
const sayModule = defineModule({
  name: 'say',
  summary: 'Says something.',
  args: Type.Object({ words: Type.String() }),
  freeForm: 'words',
  examples: [],
  returns: {},
  observe: () => ({}),
  decide: ({ words }) => ({
    kind: 'change',
    summary: `say ${words}`,
    diff: [],
    apply: [{ script: rawSh(`say ${words}`) }],
    touches: 'everything',
    predicts: [],
    unknownResult: ['stdout', 'rc'],
    complete: ([output]) => ({
      result: { rc: output!.status, stdout: output!.stdout.toString().trim() },
      ...(output!.status !== 0 && {
        failed: `status ${output!.status}: ${output!.stderr.toString().trim()}`,
      }),
    }),
    verify: false,
  }),
});

const modules = new Map<string, Module>(
  [flipModule, followModule, sayModule].map((module) => [module.name, module]),
);

export interface WorldOptions {
  readonly hosts?: Readonly<Record<string, FakeHost>>;
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly hostVars?: Readonly<Record<string, Record<string, unknown>>>;
  readonly files?: Readonly<Record<string, string>>;
  /** Typed roles by their file; the file itself has to be in `files`. */
  readonly roles?: Readonly<Record<string, Role>>;
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly forks?: number;
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly startAtTask?: string;
  readonly limit?: string;
  readonly extraVars?: Record<string, unknown>;
  readonly forceHandlers?: boolean;
  readonly signal?: AbortSignal;
  readonly guard?: Guard;
  /** Told each event as it comes. */
  report?(event: RunEvent): void;
  /** What the person at the terminal types; there is none with `nobody`. */
  readonly answers?: readonly string[] | 'nobody';
  /** Told where each connection goes. */
  onConnect?(target: Target): void;
}

export interface World {
  readonly summary: RunSummary;
  readonly events: readonly RunEvent[];
  /** `host task status` for each task that ended, in order; hosts that end the same task in turn are sorted. */
  readonly log: readonly string[];
  result(host: string, task: string): HostResult;
}

/** Runs a playbook (YAML text, gather_facts off unless it says so) on fake hosts. */
export async function runWorld(playbook: string, options: WorldOptions = {}): Promise<World> {
  const hosts = options.hosts ?? { a: new FakeHost(), b: new FakeHost() };
  const events: RunEvent[] = [];
  const answers = [...(options.answers ?? [])];
  const knownModules = new Map([
    ...[...loaderActions].map((name) => [name, {}] as const),
    ...engineActions().map((action) => [action.name, { freeForm: action.freeForm }] as const),
    ...[...modules.values()].map((module) => [module.name, { freeForm: module.freeForm }] as const),
  ]);
  const context = {
    rolesPath: [],
    files: memoryFiles({ '/play/site.yml': playbook, ...options.files }),
    knownModules,
    extraVars: new Map(),
  };
  const redactor = new Redactor();
  const run = createRun({
    inventory: inventoryOf(hosts, options),
    playbooks: context,
    decrypt: (text) => text,
    lookups: (_place, scope, speculative) =>
      createLookup({
        scope,
        basedir: '/play',
        speculative,
        readFile: () => '',
        findFile: () => undefined,
        render: (source) => source,
      }),
    options: {
      checkMode: options.check ?? false,
      diff: options.diff ?? false,
      forks: options.forks ?? 50,
      tags: options.tags ?? [],
      skipTags: options.skipTags ?? [],
      startAtTask: options.startAtTask,
      limit: options.limit,
      extraVars: fromPlain(options.extraVars ?? {}) as Mapping,
      verbosity: 0,
      forceHandlers: options.forceHandlers ?? false,
      connection: {
        sshArgs: [],
        hostKeyChecking: 'strict',
        timeoutSeconds: 1,
        become: false,
        becomeMethod: 'sudo',
        becomeUser: 'root',
      },
      signal: options.signal ?? new AbortController().signal,
      holder: 'test',
    },
    services: {
      connect: async (target) => {
        options.onConnect?.(target);
        return hosts[target.host]!.connect(target.host);
      },
      collectors: new Map([[switchCollector.kind, switchCollector as Collector<unknown>]]),
      loadModule: async (name) => modules.get(name),
      loadedModule: (name) => modules.get(name),
      loadRole: async (file) =>
        options.roles?.[file] ?? Promise.reject(new Error(`no role ${file}`)),
      report: (event) => {
        events.push(event);
        options.report?.(event);
      },
      ...(options.guard && { guard: options.guard }),
      timer: noTimer,
      redactor,
      prompt: async () => {
        if (options.answers === 'nobody')
          throw new RolecallError({ code: 'option-invalid', message: 'no terminal' });
        return answers.shift() ?? '';
      },
    },
  });
  const summary = await runPlaybooks([loadPlaybook('/play/site.yml', context)], run);
  const ends = events.filter((event) => event.type === 'host-task-finished');
  return {
    summary,
    events,
    log: orderly(ends),
    result: (host, task) => {
      const end = ends.find((event) => event.host === host && event.task === task);
      if (!end)
        throw new Error(
          `${task} did not end on ${host}; ended: ${ends.map((event) => `${event.host} ${event.task}`).join(', ')}`,
        );
      return end.outcome;
    },
  };
}

function orderly(ends: readonly RunEventOf<'host-task-finished'>[]): string[] {
  const lines: { task: string; text: string }[] = [];
  for (const { host, task, outcome } of ends) {
    const text = `${host} ${task} ${outcome.ignored ? 'ignored' : outcome.status}`;
    let at = lines.length;
    while (at > 0 && lines[at - 1]!.task === task && lines[at - 1]!.text > text) at--;
    lines.splice(at, 0, { task, text });
  }
  return lines.map(({ text }) => text);
}

function inventoryOf(hosts: Readonly<Record<string, FakeHost>>, options: WorldOptions): Inventory {
  const inventory = new Inventory([]);
  for (const name of Object.keys(hosts)) {
    const groups = Object.entries(options.groups ?? {})
      .filter(([, members]) => members.includes(name))
      .map(([group]) => group);
    const vars = fromPlain(options.hostVars?.[name] ?? {}) as Mapping;
    inventory.addHost(name, { groups: groups.length > 0 ? groups : ['ungrouped'], vars });
  }
  inventory.reconcile();
  return inventory;
}
