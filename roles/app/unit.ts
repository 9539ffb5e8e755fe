import { rootOf } from '../release/parameters.ts';
import { seconds } from './durations.ts';
import { type AppParams, configurationFolder, userOf } from './parameters.ts';

/** The unit of the service. */
export function unitText(params: AppParams): string {
  const { application, service, shared } = params;
  const root = rootOf(params);
  const user = userOf(params);
  const etc = configurationFolder(params);
  const writable = shared.map((name) => `${root}/shared/${name}`);
  return `# Managed by rolecall: role app
[Unit]
Description=${application}
Wants=network-online.target
After=network-online.target
# A database that is away for an hour must not end the service for good.
StartLimitIntervalSec=0

[Service]
Type=exec
User=${user}
Group=${user}
WorkingDirectory=${root}/current
EnvironmentFile=${etc}/environment
EnvironmentFile=${etc}/secrets
ExecStart=${service.exec.map(unitWord).join(' ')}
Restart=always
RestartSec=200ms
RestartSteps=6
RestartMaxDelaySec=15s
KillSignal=SIGTERM
KillMode=mixed
TimeoutStopSec=${seconds(service.stopTimeout)}
${service.memoryMax === undefined ? '' : `MemoryMax=${service.memoryMax}\n`}UMask=0027

NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service @pkey
SystemCallErrorNumber=EPERM
${writable.length === 0 ? '' : `ReadWritePaths=${writable.map(unitWord).join(' ')}\n`}
[Install]
WantedBy=multi-user.target
`;
}

/** A word as systemd reads it: no specifier, no variable, no escape is left in it. */
export function unitWord(word: string): string {
  const plain = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  if (/^[\w@%+:,./=-]+$/.test(plain)) return plain;
  const escaped = plain.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  return `"${escaped}"`;
}
