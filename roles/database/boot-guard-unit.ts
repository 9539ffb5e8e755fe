import { guardScript } from './boot-guard-script.ts';
import type { Engine } from './params.ts';

/** The unit's name. */
export const guardUnit = 'rolecall-boot-guard';

/**
 * The unit of the boot guard: it starts whenever the server starts, also after a crash, ends when it
 * has decided, and is stopped with the server.
 */
export function guardUnitText(engine: Engine): string {
  const server = `${serverUnit(engine)}.service`;
  return `# Written by rolecall (role database).
[Unit]
Description=Opens writes of the database if this host is the primary
After=${server}
PartOf=${server}

[Service]
ExecStart=${guardScript}
Restart=on-failure
RestartSec=2
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
NoNewPrivileges=yes

[Install]
WantedBy=${server}
`;
}

/** The unit of the database server. */
export function serverUnit(engine: Engine): string {
  return engine === 'mariadb' ? 'mariadb' : 'mysql';
}
