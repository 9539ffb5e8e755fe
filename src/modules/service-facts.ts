import { Type } from 'typebox';
import { probe } from '../observe/observation.ts';
import { rawSh } from '../shell/sh.ts';
import type { Plain } from '../values.ts';
import { defineModule } from './contract.ts';

export const serviceFacts = defineModule({
  name: 'service_facts',
  summary: 'Lists the services as the fact `services`.',
  args: Type.Object({}),
  examples: ['- name: Which services are there\n  service_facts:'],
  returns: { ansible_facts: '`services`: name, state, status and source for each unit.' },
  observe: () => ({
    services: probe(
      'services',
      rawSh(`if [ -d /run/systemd/system ]; then
systemctl list-units --no-pager --no-legend --plain --all --type service
echo --files--
systemctl list-unit-files --no-pager --no-legend --type service
elif command -v rc-status >/dev/null; then
echo --openrc--
rc-status -a -s 2>/dev/null
else
echo --init--
for f in /etc/init.d/*; do
[ -x "$f" ] || continue
if "$f" status >/dev/null 2>&1 </dev/null; then echo "\${f##*/} running"; else echo "\${f##*/} stopped"; fi
done
fi`),
      (answer) => readServices(answer.stdout.toString()),
    ),
  }),
  decide: (_args, { services }) => ({
    kind: 'unchanged',
    reason: `${Object.keys(services).length} services are known`,
    result: { ansible_facts: { services } },
  }),
});

function readServices(text: string): { [name: string]: Plain } {
  const services: { [name: string]: { [key: string]: Plain } } = Object.create(null);
  const [units = '', files] = text.split('--files--\n');
  if (files === undefined) return readOther(text);
  for (const line of units.split('\n')) {
    const [name, load, active, sub] = line.replace(/^[\s●*]+/u, '').split(/\s+/);
    if (!name?.endsWith('.service') || sub === undefined) continue;
    const gone = load === 'not-found' || load === 'masked' ? load : undefined;
    const state = active === 'failed' ? 'failed' : sub === 'running' ? 'running' : 'stopped';
    services[name] = { name, state, status: gone ?? 'unknown', source: 'systemd' };
  }
  for (const line of files.split('\n')) {
    const [name, status] = line.trim().split(/\s+/);
    if (!name?.endsWith('.service') || !status) continue;
    services[name] = {
      ...(services[name] ?? { name, state: 'inactive', source: 'systemd' }),
      status,
    };
  }
  return services;
}

function readOther(text: string): { [name: string]: Plain } {
  const services: { [name: string]: Plain } = Object.create(null);
  const source = text.startsWith('--openrc--') ? 'openrc' : 'sysv';
  for (const line of text.split('\n').slice(1)) {
    const [name, word] = line.trim().replace(/[[\]]/g, ' ').split(/\s+/);
    if (!name || !word) continue;
    const state = word === 'started' || word === 'running' ? 'running' : 'stopped';
    services[name] = { name, state, source };
  }
  return services;
}
