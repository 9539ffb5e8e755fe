import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import type { Become } from '../../connection/connection.ts';
import { RolecallError } from '../../errors.ts';
import { rawSh, sh } from '../../shell/sh.ts';
import type { Value } from '../../values.ts';
import type { HostSession } from '../host-session.ts';
import { changed, failed, type Outcome, ok } from '../outcome.ts';
import type { EngineAction } from './action.ts';

export const reboot: EngineAction = {
  name: 'reboot',
  summary: 'Reboots a host and waits until it is back with a new boot id.',
  args: Type.Object({
    pre_reboot_delay: Type.Optional(
      Type.Integer({ description: 'Seconds before the reboot.', default: 0 }),
    ),
    post_reboot_delay: Type.Optional(
      Type.Integer({ description: 'Seconds to wait once it is back.', default: 0 }),
    ),
    reboot_timeout: Type.Optional(
      Type.Integer({ description: 'Seconds until it must be back.', default: 600 }),
    ),
    connect_timeout: Type.Optional(
      Type.Integer({ description: 'Seconds for one attempt to connect.' }),
    ),
    test_command: Type.Optional(
      Type.String({ description: 'Must succeed before the host counts as back.', default: 'true' }),
    ),
    msg: Type.Optional(
      Type.String({
        description: 'What users on the host are told.',
        default: 'Reboot initiated by rolecall',
      }),
    ),
    reboot_command: Type.Optional(
      Type.String({ description: 'Command instead of `shutdown -r now` or `reboot`.' }),
    ),
  }),
  aliases: { pre_reboot_delay_sec: 'pre_reboot_delay', reboot_timeout_sec: 'reboot_timeout' },
  freeForm: undefined,
  examples: ['- reboot:\n    reboot_timeout: 300'],
  returns: { rebooted: 'Whether it was.', elapsed: 'Seconds until it was back.' },
  async run(call) {
    const { session, args, checkMode, context } = call;
    if (checkMode) return changed('would reboot');
    const become = call.become;
    const before = await bootId(session, become);
    const started = performance.now();
    await sleep(Number(args.pre_reboot_delay) * 1000, undefined, {
      signal: context.options.signal,
    });
    await trigger(session, args, become);
    await session.disconnect();
    session.knowledge.touch('everything');
    const limit = started + Number(args.reboot_timeout) * 1000;
    const back = await waitFor(limit, context.options.signal, async () => {
      const now = await bootId(session, become);
      if (now === before) {
        await session.disconnect();
        return 'the host still runs the old boot';
      }
      const test = await session.run({ script: rawSh(String(args.test_command)), become });
      return test.status === 0 ? undefined : `test_command ended with status ${test.status}`;
    });
    const elapsed = Math.round((performance.now() - started) / 1000);
    const result = new Map<Value, Value>([
      ['rebooted', back === undefined],
      ['elapsed', elapsed],
    ]);
    if (back !== undefined) {
      return failed(`not back after ${elapsed} s: ${back}`, { code: 'module-failed', result });
    }
    await sleep(Number(args.post_reboot_delay) * 1000, undefined, {
      signal: context.options.signal,
    });
    return changed(`rebooted in ${elapsed} s`, result);
  },
};

export const waitForConnection: EngineAction = {
  name: 'wait_for_connection',
  summary: 'Waits until the host can be logged in to.',
  args: Type.Object({
    timeout: Type.Optional(Type.Integer({ description: 'Seconds to wait at most.', default: 600 })),
    sleep: Type.Optional(Type.Integer({ description: 'Seconds between attempts.', default: 1 })),
    delay: Type.Optional(
      Type.Integer({ description: 'Seconds before the first attempt.', default: 0 }),
    ),
    connect_timeout: Type.Optional(
      Type.Integer({ description: 'Seconds for one attempt.', default: 5 }),
    ),
  }),
  aliases: {},
  freeForm: undefined,
  examples: ['- wait_for_connection:\n    timeout: 120'],
  returns: { elapsed: 'Seconds that it took.' },
  async run(call): Promise<Outcome> {
    const { session, args, context } = call;
    const started = performance.now();
    await sleep(Number(args.delay) * 1000, undefined, { signal: context.options.signal });
    const limit = started + Number(args.timeout) * 1000;
    const left = await waitFor(limit, context.options.signal, async () => {
      await session.run({ script: sh`true`, become: call.become, deadlineMs: 10_000 });
      return undefined;
    });
    const elapsed = Math.round((performance.now() - started) / 1000);
    const result = new Map<Value, Value>([['elapsed', elapsed]]);
    return left === undefined
      ? ok(`reachable after ${elapsed} s`, result)
      : failed(`not reachable within ${String(args.timeout)} s: ${left}`, {
          code: 'module-failed',
          result,
        });
  },
};

async function bootId(session: HostSession, become: Become | undefined): Promise<string> {
  const script = sh`cat /proc/sys/kernel/random/boot_id; cut -d ' ' -f 22 /proc/1/stat`;
  return (await session.run({ script, become, deadlineMs: 10_000 })).stdout.toString('utf8');
}

async function trigger(
  session: HostSession,
  args: { readonly [key: string]: unknown },
  become: Become | undefined,
): Promise<void> {
  const given = args.reboot_command as string | undefined;
  const script = given
    ? rawSh(`(sleep 1; ${given}) >/dev/null 2>&1 &`)
    : sh`( sleep 1; shutdown -r now ${String(args.msg)} || reboot || systemctl reboot ) >/dev/null 2>&1 &`;
  const started = await session.run({ script, become, deadlineMs: 30_000 });
  if (started.status !== 0) {
    throw new RolecallError({
      code: 'module-failed',
      message: `the reboot could not be started: ${started.stderr.toString('utf8').trim()}`,
    });
  }
}

/** Tries until it returns undefined; the last reason otherwise. Connections refused count as "not yet". */
async function waitFor(
  limit: number,
  signal: AbortSignal,
  attempt: () => Promise<string | undefined>,
): Promise<string | undefined> {
  let reason = 'no attempt was made';
  for (;;) {
    try {
      const outcome = await attempt();
      if (outcome === undefined) return undefined;
      reason = outcome;
    } catch (error) {
      if (!(error instanceof RolecallError)) throw error;
      if (!['unreachable', 'connection-lost', 'deadline-exceeded'].includes(error.code))
        throw error;
      reason = error.message;
    }
    if (performance.now() >= limit) return reason;
    await sleep(1000, undefined, { signal });
  }
}
