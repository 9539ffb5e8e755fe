import { createHash } from 'node:crypto';
import type { Fleet, RoleHost } from 'rolecall';
import { databaseEnvironment } from './database.ts';
import { seconds } from './durations.ts';
import type { AppParams } from './parameters.ts';

/** The variable by which a process tells with what configuration it was started. */
export const configurationVariable = 'ROLECALL_CONFIGURATION';

/** Everything but secrets; what the operator declares comes last and wins. */
export function environmentText(params: AppParams, host: RoleHost, fleet: Fleet): string {
  const { service, env } = params;
  return environmentFile({
    NODE_ENV: 'production',
    HOST: '0.0.0.0',
    PORT: String(service.port),
    APP_SERVER: host.name,
    // less than systemd waits, so that the service ends by itself
    SHUTDOWN_GRACE: String(Math.max(1, seconds(service.stopTimeout) - 2)),
    ...databaseEnvironment(params, fleet),
    ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)])),
  });
}

export function secretsText(params: AppParams, configuration: string): string {
  return environmentFile({
    ...(params.database && { DB_PASSWORD: params.database.password }),
    ...params.secrets,
    [configurationVariable]: configuration,
  });
}

/** Stands for all that a process of the service is started with, except its release. */
export function configurationOf(params: AppParams, texts: readonly string[]): string {
  const sum = createHash('sha256');
  for (const text of [...texts, secretsText(params, '')]) sum.update(`${text.length}\n${text}`);
  return sum.digest('hex').slice(0, 16);
}

/** A file for `EnvironmentFile=` of systemd: any value comes out as it was, line breaks too. */
export function environmentFile(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}="${value.replace(/[\\"`$]/g, '\\$&')}"\n`)
    .join('');
}
