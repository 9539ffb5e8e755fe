import { randomBytes } from 'node:crypto';
import { RolecallError } from '../errors.ts';
import { bootScript } from '../shell/loop.ts';
import { rawSh, type Sh, sh } from '../shell/sh.ts';
import type { Channel } from './channel.ts';
import type { Become } from './connection.ts';
import { Tail } from './output.ts';

/** What starts the persistent shell of one user, and what has to happen before it reads its loop. */
export interface ShellStart {
  readonly command: Sh;
  /** Answers a password prompt. Rejects with `become-failed`. Absent: the loop may follow at once. */
  readonly prepare?: (channel: Channel) => Promise<void>;
}

/** The command for the login user's shell, or with `become` for another user's. */
export function shellStart(become: Become | undefined, endpoint: string): ShellStart {
  if (!become) return { command: sh`exec ${bootScript()}` };
  if (become.password === undefined || become.method === 'doas') {
    return { command: sh`exec ${becomeCommand(become, bootScript())}` };
  }
  // sudo reads the password from the same stdin as the shell: who reads next must be known.
  const hello = randomBytes(16).toString('hex');
  const prompt = `${randomBytes(8).toString('hex')}:`;
  return {
    command: sh`exec ${becomeCommand(become, bootScript(hello), prompt)}`,
    prepare: (channel) => {
      return answerPrompt(channel, { become, endpoint, hello, prompt });
    },
  };
}

/** Why a shell did not start, from what sudo, su or doas wrote. */
export function becomeFailure(become: Become, endpoint: string, said: string): RolecallError {
  const text = become.password ? said.replaceAll(become.password, '********') : said;
  const reason = reasons.find(({ pattern }) => pattern.test(text));
  const lines = text.split('\n').map((line) => line.trim());
  const last = lines.find((line) => reason?.pattern.test(line)) ?? lines.at(-1);
  return new RolecallError({
    code: 'become-failed',
    message: `${become.method} to '${become.user}' on ${endpoint}: ${reason?.says ?? 'it failed'}${last ? ` (${last})` : ''}`,
    hint: become.method === 'doas' && reason?.doas ? reason.doas : reason?.hint,
  });
}

const reasons: readonly { pattern: RegExp; says: string; hint?: string; doas?: string }[] = [
  {
    pattern: /try again|incorrect password|uthentication fail|Permission denied|refused/i,
    says: 'the password was refused',
    hint: 'Check the become password (-K, ansible_become_password); it was tried once.',
  },
  {
    pattern: /must have a tty/i,
    says: 'it demands a terminal (requiretty), which rolecall never gives',
    hint: 'Remove requiretty from sudoers for this user: Defaults:USER !requiretty.',
  },
  {
    pattern:
      /password is required|terminal is required|uthorization required|uthentication required/i,
    says: 'it wants a password and none was given',
    hint: 'Give one with -K or ansible_become_password, or allow the user NOPASSWD.',
    doas: 'doas takes passwords from a terminal only, which rolecall never gives: allow nopass in doas.conf.',
  },
  { pattern: /not in the sudoers|not allowed|not permitted/i, says: 'it is not permitted' },
  { pattern: /unknown user|does not exist|no passwd entry/i, says: 'there is no such user' },
  { pattern: /not found|No such file|Unknown command/i, says: 'it is not installed there' },
];

function becomeCommand(become: Become, boot: Sh, prompt?: string): Sh {
  const exe = become.exe ?? become.method;
  if (become.method === 'su') {
    const flags = rawSh(become.flags ?? '');
    return sh`env LC_ALL=C ${exe} ${flags} -s /bin/sh -c ${`exec ${boot.text}`} ${become.user}`;
  }
  if (become.method === 'doas') {
    return sh`${exe} ${rawSh(become.flags ?? '')} -n -u ${become.user} ${boot}`;
  }
  const flags = become.flags ?? '-H';
  if (prompt === undefined) return sh`${exe} ${rawSh(flags)} -n -u ${become.user} -- ${boot}`;
  const asking = flags.replaceAll(/(^|\s)(-n|--non-interactive)(?=\s|$)/g, '$1');
  return sh`${exe} ${rawSh(asking)} -S -p ${prompt} -u ${become.user} -- ${boot}`;
}

interface Exchange {
  readonly become: Become;
  readonly endpoint: string;
  readonly hello: string;
  /** What sudo was told to ask with; su and some PAM modules have their own words. */
  readonly prompt: string;
}

/** One attempt: a second prompt means that the first answer was wrong. */
async function answerPrompt(channel: Channel, exchange: Exchange): Promise<void> {
  const { become, endpoint, hello, prompt } = exchange;
  const done: PromiseWithResolvers<void> = Promise.withResolvers();
  const said = new Tail();
  let out = '';
  let heard = '';
  let answered = false;
  const onOut = (chunk: Buffer) => {
    out = (out + chunk.toString('latin1')).slice(-4096);
    if (out.includes(`${hello}\n`)) done.resolve();
  };
  const onErr = (chunk: Buffer) => {
    said.add(chunk);
    heard = (heard + chunk.toString('latin1')).slice(-4096);
    if (!heard.includes(prompt) && !/assword[^\n]*: ?$/.test(heard)) return;
    heard = '';
    if (answered) return done.reject(becomeFailure(become, endpoint, 'the password was refused'));
    answered = true;
    channel.stdin.write(`${become.password}\n`);
  };
  channel.stdin.on('error', () => {});
  channel.stdout.on('data', onOut);
  channel.stderr.on('data', onErr);
  void channel.ended.then((end) => {
    const text = said.text.replaceAll(prompt, '').trim() || out.trim();
    done.reject(end.lost ?? becomeFailure(become, endpoint, text));
  });
  const timer = setTimeout(
    () => done.reject(becomeFailure(become, endpoint, 'no answer within 20 s')),
    20_000,
  );
  try {
    await done.promise;
  } finally {
    clearTimeout(timer);
    channel.stdout.off('data', onOut);
    channel.stderr.off('data', onErr);
  }
}
