import { Type } from 'typebox';
import { compilePython } from '../regex.ts';
import { sh } from '../shell/sh.ts';
import { type Decision, defineModule } from './contract.ts';
import { fileScript, portScript } from './wait-for-script.ts';

const args = Type.Object({
  host: Type.String({
    description: 'Address to connect to, seen from the host.',
    default: '127.0.0.1',
  }),
  port: Type.Optional(Type.Integer({ description: 'TCP port.', minimum: 1, maximum: 65535 })),
  path: Type.Optional(Type.String({ description: 'File that must be there.' })),
  search_regex: Type.Optional(
    Type.String({ description: 'What the file must hold, or the port must say.' }),
  ),
  state: Type.Union(
    ['started', 'stopped', 'present', 'absent', 'drained'].map((name) => Type.Literal(name)),
    {
      description: 'What is waited for: an open or closed port, a file that is there or gone.',
      default: 'started',
    },
  ),
  timeout: Type.Integer({ description: 'Seconds to wait at most.', default: 300 }),
  delay: Type.Integer({ description: 'Seconds before the first look.', default: 0 }),
  sleep: Type.Integer({ description: 'Seconds between looks.', default: 1, minimum: 1 }),
  connect_timeout: Type.Integer({ description: 'Seconds for one attempt to connect.', default: 5 }),
  msg: Type.Optional(Type.String({ description: 'What to say when the time is up.' })),
});

export const waitFor = defineModule({
  name: 'wait_for',
  summary: 'Waits on the host for a port or a file.',
  args,
  examples: [
    '- wait_for:\n    port: 3306\n    timeout: 60',
    '- wait_for:\n    path: /run/app.ready',
  ],
  returns: {
    elapsed: 'Seconds that it took.',
    state: 'What was waited for.',
    port: 'The port.',
    path: 'The file.',
  },
  check: (given) => {
    const problems: string[] = [];
    if (given.port !== undefined && given.path !== undefined)
      problems.push('give port or path, not both');
    if (given.state === 'drained') problems.push('state drained is not supported');
    if (given.port === undefined && given.path === undefined && given.search_regex !== undefined) {
      problems.push('search_regex needs a port or a path');
    }
    return problems;
  },
  observe: () => ({}),
  decide: (given): Decision => {
    const started = performance.now();
    const gone = given.state === 'absent' || given.state === 'stopped';
    const result = () => ({
      elapsed: Math.round((performance.now() - started) / 1000),
      state: given.state,
      port: given.port ?? null,
      path: given.path ?? null,
    });
    if (given.port === undefined && given.path === undefined) {
      return {
        kind: 'query',
        steps: [{ script: sh`sleep ${given.timeout}` }],
        complete: () => ({ result: result() }),
        dependsOnEarlierChanges: true,
      };
    }
    const script =
      given.path === undefined
        ? portScript(
            given.host,
            given.port!,
            given.connect_timeout,
            given.search_regex !== undefined,
          )
        : fileScript(given.path, given.search_regex !== undefined);
    const pattern =
      given.search_regex === undefined
        ? undefined
        : compilePython(given.search_regex, { multiline: true });
    const first = given.delay > 0 ? sh`sleep ${given.delay}; ${script}` : script;
    const what = given.path ?? `${given.host}:${given.port}`;
    return {
      kind: 'query',
      steps: [{ script: first, deadlineMs: (given.delay + given.connect_timeout + 10) * 1000 }],
      repeat: { everyMs: given.sleep * 1000, forMs: given.timeout * 1000 },
      dependsOnEarlierChanges: true,
      complete: ([output]) => {
        if (output!.status > 1) {
          return { result: result(), failed: output!.stderr.toString('utf8').trim() };
        }
        const there =
          output!.status === 0 &&
          (!pattern || output!.stdout.toString('utf8').search(pattern) >= 0);
        if (there !== gone) return { result: result() };
        const message =
          given.msg ??
          `Timeout when waiting for ${given.search_regex ? `search string ${given.search_regex} in ` : ''}${what}${gone ? ' to stop' : ''}`;
        return { result: result(), failed: message, again: true };
      },
    };
  },
});
