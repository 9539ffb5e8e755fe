import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { CommandResult, Payload } from '../../../src/connection/connection.ts';
import { RolecallError } from '../../../src/errors.ts';
import type {
  ApplyStep,
  Change,
  Controller,
  Decision,
  Module,
} from '../../../src/modules/contract.ts';
import { collectors } from '../../../src/observe/collectors.ts';
import {
  type Observations,
  observationId,
  type Prediction,
} from '../../../src/observe/observation.ts';
import type { Sh } from '../../../src/shell/sh.ts';

/** How scripts are run: the words before the script. */
export type Shell = readonly string[];
export const systemShell: Shell = ['/bin/sh', '-c'];
export const dash: Shell = ['dash', '-c'];
/** A PATH with nothing but busybox's tools on it; made at the first use. */
export function busyboxShell(): Shell {
  if (busyboxTools === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'rolecall-busybox-'));
    spawnSync('busybox', ['--install', '-s', folder]);
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    busyboxTools = folder;
  }
  return ['busybox', 'env', `PATH=${busyboxTools}`, 'sh', '-c'];
}
let busyboxTools: string | undefined;

/** The userlands that scripts have to work under. */
export const userlands: readonly (readonly [string, () => Shell])[] = [
  ['sh and GNU', () => systemShell],
  ['dash and GNU', () => dash],
  ['busybox', busyboxShell],
];

export interface Outcome {
  readonly decision: Decision;
  /** After apply, on what is observed then; absent where nothing was applied. */
  readonly second?: Decision;
  readonly outputs: readonly CommandResult[];
  readonly failed?: string;
  readonly result: { readonly [key: string]: unknown };
}

export interface ConvergeOptions {
  readonly shell?: Shell;
  readonly controller?: Partial<Controller>;
  /** true = only decide. */
  readonly check?: boolean;
}

/** Runs one module against this machine as the engine would, without an engine. */
export async function converge(
  module: Module,
  args: { readonly [name: string]: unknown },
  options: ConvergeOptions = {},
): Promise<Outcome> {
  const shell = options.shell ?? systemShell;
  const full = await prepared(module, args, options);
  const decision = await decideNow(module, full, shell);
  if (decision.kind !== 'change' || options.check) {
    return { decision, outputs: [], result: 'result' in decision ? (decision.result ?? {}) : {} };
  }
  const outputs: CommandResult[] = [];
  for (const step of decision.apply) {
    const output = await runScript(shell, step.script, step.stdin);
    outputs.push(output);
    if (output.status !== 0) break;
  }
  const completion = decision.complete?.(outputs);
  const last = outputs.at(-1);
  const failed =
    completion?.failed ??
    (completion === undefined && last && last.status !== 0 ? last.stderr.toString() : undefined);
  const result = { ...decision.result, ...completion?.result };
  if (failed !== undefined) return { decision, outputs, failed, result };
  await decision.finish?.(outputs);
  if (!decision.verify) return { decision, outputs, result };
  return { decision, outputs, result, second: await decideNow(module, full, shell) };
}

/** Defaults of the schema, and what `prepare` adds. */
export async function prepared(
  module: Module,
  args: { readonly [name: string]: unknown },
  options: ConvergeOptions = {},
): Promise<{ readonly [name: string]: unknown }> {
  const full = withDefaults(module, args);
  return { ...full, ...(await module.prepare(full, controllerOf(options))) };
}

export function withDefaults(module: Module, args: { readonly [name: string]: unknown }) {
  const full: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(module.args.properties)) {
    if ('default' in schema) full[name] = (schema as { default: unknown }).default;
  }
  for (const [name, value] of Object.entries(args)) full[module.aliases[name] ?? name] = value;
  const problems = module.check(full);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return full;
}

/** Observe, refine and decide on answers that are given by observation, as a table of a test does. */
export function decideOn(
  module: Module,
  full: { readonly [name: string]: unknown },
  answer: (kind: string, key: string) => unknown,
): Decision {
  const ask = (observations: Observations) =>
    Object.fromEntries(
      Object.entries(observations).map(([name, { kind, key }]) => [name, answer(kind, key)]),
    );
  const first = ask(module.observe(full));
  const second = ask(module.refine(full, first));
  return module.decide(full, { ...first, ...second });
}

/** The answers that the predictions of a change make of earlier ones. */
export function overlay(
  change: Change,
  answer: (kind: string, key: string) => unknown,
): (kind: string, key: string) => unknown {
  const predicted = new Map<string, Prediction>(
    change.predicts.map((prediction) => [observationId(prediction.observation), prediction]),
  );
  return (kind, key) => {
    const found = predicted.get(observationId({ kind, key }));
    return found ? found.state : answer(kind, key);
  };
}

async function decideNow(
  module: Module,
  full: { readonly [name: string]: unknown },
  shell: Shell,
): Promise<Decision> {
  const first = await observe(module.observe(full), shell);
  const second = await observe(module.refine(full, first), shell);
  return module.decide(full, { ...first, ...second });
}

/** Answers observations with the collectors' scripts. */
export async function observe(
  observations: Observations,
  shell: Shell = systemShell,
): Promise<{ [name: string]: unknown }> {
  const answers: { [name: string]: unknown } = {};
  const byKind = Map.groupBy(Object.entries(observations), ([, observation]) => observation.kind);
  for (const [kind, entries] of byKind) {
    if (kind === 'probe') {
      for (const [name, { probe }] of entries) {
        answers[name] = probe!.parse(await runScript(shell, probe!.script));
      }
      continue;
    }
    const collector = collectors.find((candidate) => candidate.kind === kind);
    if (!collector) throw new Error(`no collector for kind ${kind}`);
    const keys = [...new Set(entries.map(([, { key }]) => key))];
    const states = collector.parse(await runScript(shell, collector.script(keys)), keys);
    for (const [name, { key }] of entries) answers[name] = states[keys.indexOf(key)];
  }
  return answers;
}

/** Runs a script as a connection does: stdin given or empty, LC_ALL=C, umask 077. */
export async function runScript(shell: Shell, script: Sh, stdin?: Payload): Promise<CommandResult> {
  const [command, ...words] = shell;
  const text = `umask 077\n${script.text}`;
  const child = spawn(command!, [...words, argument(text)], {
    env: { ...process.env, LC_ALL: 'C' },
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => {});
  if (stdin === undefined) child.stdin.end();
  else if (stdin instanceof Uint8Array) child.stdin.end(stdin);
  else Readable.from(stdin.open()).pipe(child.stdin);
  const status = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 255));
  });
  return { status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr), truncated: false };
}

/** One argument holds 128 KiB at most; a longer script is read from a file. */
function argument(text: string): string {
  if (text.length < 100_000) return text;
  const file = join(mkdtempSync(join(tmpdir(), 'rolecall-script-')), 'script');
  writeFileSync(file, text);
  return `. ${file}; status=$?; rm -r ${dirname(file)}; exit $status`;
}

/** A controller that takes absolute paths and renders nothing. */
function controllerOf(options: ConvergeOptions): Controller {
  return {
    checkMode: options.check ?? false,
    findFile: async (name) => {
      if (name.startsWith('/')) return name;
      throw new RolecallError({ code: 'file-not-found', message: `no file ${name}` });
    },
    readFile: async (path) => readFileSync(path),
    render: (source) => source,
    variable: () => undefined,
    inventoryHostname: 'here',
    playbookDir: '/',
    ...options.controller,
  };
}

/** The bytes of a step's stdin, for tests. */
export async function payloadBytes(step: ApplyStep): Promise<Buffer> {
  if (step.stdin === undefined) return Buffer.alloc(0);
  if (step.stdin instanceof Uint8Array) return Buffer.from(step.stdin);
  const chunks: Buffer[] = [];
  for await (const chunk of Readable.from(step.stdin.open())) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
