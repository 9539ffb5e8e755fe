import {
  type Completion,
  type Decision,
  defineModule,
  path,
  predict,
  Type,
  taskOf,
} from 'rolecall';
import { type Identity, identify } from '../release/identity.ts';
import { releaseParameters } from '../release/parameters.ts';
import { type GateScript, gateScript, outcomes } from './gate-script.ts';
import { type ServiceOnHost, serviceOn } from './running.ts';

export interface ServiceRunningArgs {
  readonly artifact: string;
  readonly sha256?: string;
  readonly id?: string;
  readonly url?: string;
  readonly application: string;
  readonly root: string;
  /** What stands for environment, secrets and unit. */
  readonly configuration: string;
  /** Files that make up the configuration, besides the release. */
  readonly files: readonly string[];
  readonly port: number;
  readonly healthPath: string;
  readonly healthTimeoutSeconds: number;
  readonly stopTimeoutSeconds: number;
  readonly autoRollback: boolean;
}

/** Has the service run the release and configuration that are declared, once they have passed the gate. */
export const serviceRunningModule = defineModule({
  name: 'service_running',
  summary: 'Restarts a service on a new release or configuration, behind a health gate.',
  args: Type.Object({
    ...releaseParameters,
    url: Type.Optional(Type.String({ description: 'Set where hosts fetch the archive.' })),
    application: Type.String({ description: 'Name of the unit.' }),
    root: Type.String({ description: 'Folder of the application.' }),
    configuration: Type.String({ description: 'Stands for environment, secrets and unit.' }),
    files: Type.Array(Type.String(), { description: 'The files of the configuration.' }),
    port: Type.Integer({ description: 'Port of the health check.' }),
    healthPath: Type.String({ description: 'Path of the health check.' }),
    healthTimeoutSeconds: Type.Integer({ description: 'How long until it answers 200.' }),
    stopTimeoutSeconds: Type.Integer({ description: 'How long it may take to stop.' }),
    autoRollback: Type.Boolean({ description: 'Go back to what passed the gate last.' }),
  }),
  examples: ['- service_running:\n    application: foobar\n    root: /srv/foobar'],
  returns: { release: 'The release that runs.' },
  prepare: async (args, controller) => ({ identity: await identify(args, controller) }),
  observe: (args) => ({ service: serviceOn(args.application, args.root) }),
  decide: (args, { service }) => decideRunning(args, service),
});

export const serviceRunning = taskOf<ServiceRunningArgs>(serviceRunningModule);

/** Pure: what has to be done so that the service runs what is declared. */
function decideRunning(
  args: ServiceRunningArgs & { readonly identity: Identity },
  service: ServiceOnHost,
): Decision {
  const { application, root } = args;
  const wanted = { release: args.identity.id, configuration: args.configuration };
  const { active, running, good } = service;
  const result = { release: wanted.release };
  const reasons = restartReasons(wanted, service);
  const isGood = good?.release === wanted.release && good.configuration === wanted.configuration;
  if (reasons.length === 0 && isGood) {
    return {
      kind: 'unchanged',
      reason: `${application} runs ${wanted.release}, which has passed its gate`,
      result,
    };
  }
  const gate: GateScript = {
    ...args,
    ...wanted,
    restart: reasons.length > 0,
    ...(args.autoRollback && good && !isGood && { rollback: good }),
  };
  const after: ServiceOnHost = { active: 'active', running: wanted, good: wanted };
  return {
    kind: 'change',
    summary: reasons.join(', ') || `${wanted.release} has not passed its gate yet`,
    diff: [
      {
        header: `${application}.service`,
        before: lines(active, running),
        after: lines('active', wanted),
      },
    ],
    apply: [
      {
        script: gateScript(gate),
        deadlineMs: 2000 * (args.healthTimeoutSeconds + args.stopTimeoutSeconds) + 60_000,
      },
    ],
    touches: 'everything',
    predicts: [
      predict(serviceOn(application, root), after),
      predict(path(`${root}/.good`), { exists: true } as never),
    ],
    result,
    complete: ([output]) =>
      judgeGate(gate, output!.status, output!.stdout.toString(), output!.stderr.toString()),
    verify: true,
  };
}

/** Why the process that runs, if any, is not the one that is wanted. */
function restartReasons(
  wanted: { readonly release: string; readonly configuration: string },
  { active, running }: ServiceOnHost,
): string[] {
  if (active !== 'active' || !running) return [`${active} → started`];
  const reasons: string[] = [];
  if (running.release !== wanted.release) {
    reasons.push(`runs ${running.release ?? 'from elsewhere'} → ${wanted.release}`);
  }
  if (running.configuration !== wanted.configuration) {
    reasons.push('other configuration → restart');
  }
  return reasons;
}

/** What the gate's status and output mean, in words. */
export function judgeGate(
  gate: GateScript,
  status: number,
  stdout: string,
  stderr: string,
): Completion {
  const result = { release: gate.release };
  if (status === 0) return { result };
  const said = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(stdout)?.[1] ?? '';
  const journal = /^journal\n([\s\S]*?)^journal end$/m.exec(stdout)?.[1]?.trim();
  const url = `http://127.0.0.1:${gate.port}${gate.healthPath}`;
  const first = `${gate.application} ${gate.release} did not pass its gate: ${url} gave no 200 within ${gate.healthTimeoutSeconds} s (${[said('gate'), stderr.trim()].filter(Boolean).join('; ')})`;
  const earlier = gate.rollback?.release ?? '';
  const back = earlier === gate.release ? `its earlier configuration` : `${earlier}`;
  const endings: { readonly [status: number]: string } = {
    [outcomes.rolledBack]: `; rolled back to ${back}, which passed it`,
    [outcomes.rollbackFailed]: `; rolled back to ${back}, which did not pass it either (${said('back')})`,
    [outcomes.notRolledBack]: gate.autoRollback
      ? '; there is nothing earlier that has passed it to go back to'
      : '; autoRollback is off, so it was left as it is',
  };
  const ending = endings[status];
  return {
    result: {
      ...result,
      rolledBackTo: status === outcomes.rolledBack ? earlier : '',
      journal: journal ?? '',
    },
    failed:
      ending === undefined
        ? `${gate.application} could not be started: ${stderr.trim() || `status ${status}`}`
        : `${first}${ending}${journal ? `\nits last words:\n${journal}` : ''}`,
  };
}

function lines(active: string, deployed: ServiceOnHost['running']): string {
  return `${active}\nrelease: ${deployed?.release ?? ''}\nconfiguration: ${deployed?.configuration ?? ''}\n`;
}
