import type { AddressInfo } from 'node:net';
import type { Config } from './config.ts';
import { MysqlServer } from './database/mysql-server.ts';
import { Reads } from './database/reads.ts';
import { within } from './database/within.ts';
import { createAppServer } from './http/app-server.ts';
import type { Release } from './release.ts';
import { drain } from './shutdown.ts';

/** Listens until SIGTERM or SIGINT, then finishes what is running; databases may come later. */
export async function serve(config: Config, release: Release): Promise<void> {
  const primary = new MysqlServer(config.primary, config);
  const replicas = config.replicas.map((replica) => new MysqlServer(replica, config));
  let shuttingDown = false;
  const services = {
    appServer: config.appServer,
    release,
    primary,
    replicas,
    reads: new Reads(replicas, primary),
    healthReads: config.healthReads,
    isShuttingDown: () => shuttingDown,
  };
  const server = createAppServer(services, (line) => process.stderr.write(`${line}\n`));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(config.port, config.host, resolve);
  });
  const { address, port } = server.address() as AddressInfo;
  process.stdout.write(`listening on ${address}:${port}, release ${release.id}\n`);

  await signal();
  shuttingDown = true;
  const { shutdownGrace: grace, shutdownDelay: delay } = config;
  if (!(await drain(server, { grace, delay }))) {
    process.stderr.write(`requests still running after ${grace} s were cut off\n`);
  }
  const ends = [primary, ...replicas].map((database) => within(1000, 'closing', database.end()));
  await Promise.allSettled(ends);
}

function signal(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT']) process.on(name, () => resolve());
  });
}
