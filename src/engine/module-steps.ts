import type { Command, CommandResult } from '../connection/connection.ts';
import type { ApplyStep, Change, Completion } from '../modules/contract.ts';
import type { Observation } from '../observe/observation.ts';
import { joinSh, type Sh, sh } from '../shell/sh.ts';
import type { ModuleCall } from './module-run.ts';

/** What programs expect where they run; files with secrets set a tighter one themselves. */
const usualUmask = sh`umask 022`;

/** `changed_when: false` on an action is the user's word that it only reads. */
function touchedBy(call: ModuleCall, change: Change): Change['touches'] {
  return call.harmless && !change.verify ? [] : change.touches;
}

interface Around {
  readonly before?: Sh | undefined;
  /** The change that the steps apply, and what to ask again behind the last of them. */
  readonly change?: Change;
  readonly asked?: readonly Observation<unknown>[];
  /** Run the next step even when one fails. */
  readonly keepGoing?: boolean;
}

/** Runs steps in order; stops behind the first that fails. */
export async function runSteps(
  call: ModuleCall,
  steps: readonly ApplyStep[],
  { before, change, asked = [], keepGoing = false }: Around,
): Promise<readonly CommandResult[]> {
  const outputs: CommandResult[] = [];
  for (const [index, step] of steps.entries()) {
    const command = commandOf(call, step, index === 0 ? before : undefined);
    const last = index === steps.length - 1;
    const [output] = change
      ? await call.session.change(
          [command],
          touchedBy(call, change),
          last && change.verify ? asked : [],
        )
      : [await call.session.run(command, 'observe')];
    outputs.push(output!);
    if (output!.status !== 0 && !keepGoing) break;
  }
  return outputs;
}

/** What the outputs of a change's steps come to. */
export function judge(change: Change, outputs: readonly CommandResult[]): Completion {
  if (change.complete) return change.complete(outputs);
  const last = outputs.at(-1);
  if (!last || last.status === 0) return { result: {} };
  const stderr = last.stderr.toString('utf8').trim();
  const stdout = last.stdout.toString('utf8').trim();
  return {
    result: { rc: last.status, stdout, stderr },
    failed: `${change.summary}: ${stderr || stdout || `status ${last.status}`}`,
  };
}

/** A step as it is sent; `before` goes ahead of it in the same script. */
export function commandOf(call: ModuleCall, step: ApplyStep, before: Sh | undefined): Command {
  const parts = [usualUmask, before, call.preamble, step.script];
  return {
    script: joinSh(parts.filter((part) => part !== undefined)),
    stdin: step.stdin,
    become: call.become,
    deadlineMs: earliest(call.deadlineMs, step.deadlineMs),
    maxOutputBytes: step.maxOutputBytes,
  };
}

function earliest(...deadlines: (number | undefined)[]): number | undefined {
  const given = deadlines.filter((deadline) => deadline !== undefined);
  return given.length === 0 ? undefined : Math.min(...given);
}
