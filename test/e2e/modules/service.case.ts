import type { ModuleCase } from './case.ts';

const userland = ['debian'] as const;

const unit = (name: string) =>
  `cat >/etc/systemd/system/${name}.service <<'end'
[Service]
ExecStart=/bin/sleep infinity
ExecReload=/bin/true
[Install]
WantedBy=multi-user.target
end
systemctl daemon-reload`;

export const cases: ModuleCase[] = [
  {
    name: 'started and enabled',
    module: 'service',
    absent: unit('case1'),
    present: { name: 'case1', state: 'started', enabled: true },
    changedByHand: 'systemctl disable --now case1',
    verify: 'systemctl is-active case1 && systemctl is-enabled case1',
    userland,
  },
  {
    name: 'stopped and disabled',
    module: 'service',
    absent: `${unit('case2')}; systemctl enable --now case2`,
    present: { name: 'case2', state: 'stopped', enabled: false },
    changedByHand: 'systemctl enable --now case2',
    verify: '! systemctl is-active case2 && ! systemctl is-enabled case2',
    userland,
  },
  {
    name: 'restarted',
    module: 'service',
    kind: 'action',
    absent: unit('case3'),
    present: { name: 'case3', state: 'restarted' },
    userland,
  },
  {
    name: 'masked',
    module: 'systemd',
    absent: 'systemctl unmask apt-daily.timer',
    present: { name: 'apt-daily.timer', masked: true },
    changedByHand: 'systemctl unmask apt-daily.timer',
    verify: '[ "$(systemctl is-enabled apt-daily.timer)" = masked ]',
    userland,
  },
  {
    name: 'started after its file was read',
    module: 'systemd',
    absent: unit('case5'),
    present: { name: 'case5.service', state: 'started', enabled: true, daemon_reload: true },
    changedByHand: 'systemctl stop case5',
    verify: 'systemctl is-active case5',
    userland,
  },
  {
    name: 'by its other name',
    module: 'systemd_service',
    absent: unit('case6'),
    present: { name: 'case6', state: 'started' },
    changedByHand: 'systemctl stop case6',
    verify: 'systemctl is-active case6',
    userland,
  },
];
