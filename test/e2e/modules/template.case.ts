import type { ModuleCase } from './case.ts';

export const cases: ModuleCase[] = [
  {
    name: 'a configuration file',
    module: 'template',
    onController: `cat >templates/app.conf.j2 <<'end'
# {{ ansible_managed }}
{% for port in [80, 443] %}
listen {{ port }}{{ ' ssl' if port == 443 }};
{% endfor %}
name {{ inventory_hostname }};
end`,
    absent: 'rm -f /srv/app.conf',
    present: { src: 'app.conf.j2', dest: '/srv/app.conf', mode: '0644' },
    changedByHand: "sed -i 's/443/8443/' /srv/app.conf",
    verify: 'grep -qx "listen 443 ssl;" /srv/app.conf',
    userland: ['debian', 'busybox'],
  },
];
