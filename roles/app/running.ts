import { type Observation, probe, sh } from 'rolecall';
import { configurationVariable } from './environment.ts';

/** A release with the configuration beside it. */
export interface Deployed {
  readonly release: string;
  readonly configuration: string;
}

/** What the host tells of the service. */
export interface ServiceOnHost {
  /** `active`, `inactive`, `failed`, `activating` (between two attempts as well) … */
  readonly active: string;
  /** What the running process was started with; undefined where none runs or it cannot be told. */
  readonly running: Partial<Deployed> | undefined;
  /** What passed the gate last. */
  readonly good: Deployed | undefined;
}

/** The link in the folder of the application to what passed the gate last. */
export const goodLink = '.good';

/**
 * Asks the process itself: its working folder is the release that `current` led to when it started, and its
 * environment holds the configuration of that time, whatever links and files say by now.
 */
export function serviceOn(application: string, root: string): Observation<ServiceOnHost> {
  return probe(
    `service ${application} of ${root}`,
    sh`systemctl show -p ActiveState -p MainPID ${`${application}.service`}
p=$(systemctl show -p MainPID --value ${`${application}.service`})
if [ "\${p:-0}" != 0 ]; then
  printf 'cwd=%s\\n' "$(readlink /proc/$p/cwd)"
  tr '\\0' '\\n' </proc/$p/environ | grep ${`^${configurationVariable}=`}
fi
if [ -f ${`${root}/${goodLink}/release`} ]; then printf 'good=%s\\n' "$(cat ${`${root}/${goodLink}/release`})"; fi
true`,
    ({ stdout }) => readService(stdout.toString(), root),
  );
}

/** Reads the answer of the host. */
export function readService(text: string, root: string): ServiceOnHost {
  const values = new Map(
    text.split('\n').map((line): [string, string] => {
      const equals = line.indexOf('=');
      return [line.slice(0, Math.max(0, equals)), line.slice(equals + 1)];
    }),
  );
  const folder = values.get('cwd')?.replace(/ \(deleted\)$/, '');
  const start = `${root}/releases/`;
  const [goodRelease, goodConfiguration] = (values.get('good') ?? '').split(' ');
  return {
    active: values.get('ActiveState') ?? 'inactive',
    running:
      folder === undefined
        ? undefined
        : {
            ...(folder.startsWith(start) && { release: folder.slice(start.length) }),
            ...(values.has(configurationVariable) && {
              configuration: values.get(configurationVariable)!,
            }),
          },
    good:
      goodRelease && goodConfiguration
        ? { release: goodRelease, configuration: goodConfiguration }
        : undefined,
  };
}
