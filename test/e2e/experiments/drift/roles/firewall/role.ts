import { apt, bringsUnit, defineRole, service, Type, template } from 'rolecall';
import { nftTable } from './nft-table.ts';

const file = '/etc/nftables.conf';

/** Who may reach a port; whatever else is in its table is taken away. */
export default defineRole({
  name: 'firewall',
  summary: 'A table of nftables: who may reach which port.',
  params: Type.Object({
    port: Type.Integer({ description: 'The port that is guarded.', default: 3306 }),
    clients: Type.String({ description: 'Who may reach it: a subnet.' }),
  }),
  examples: ['- hosts: databases\n  roles: [{ role: firewall, clients: 10.0.0.0/24 }]'],
  tasks: ({ params: { port, clients } }) => {
    const rules = [
      `ip saddr ${clients} tcp dport ${port} accept`,
      `iifname "lo" tcp dport ${port} accept`,
      `tcp dport ${port} drop`,
    ];
    return [
      apt(
        'Install nftables',
        { name: 'nftables' },
        { brings: [bringsUnit('nftables', { enabled: false, running: false })] },
      ),
      template('Write the rules', { dest: file, content: rulesText(rules), mode: '0644' }),
      service('Load the rules at boot', { name: 'nftables', enabled: true }),
      nftTable('Have these rules in use', { file, rules }),
    ];
  },
});

function rulesText(rules: readonly string[]): string {
  return `#!/usr/sbin/nft -f
table inet guard
delete table inet guard
table inet guard {
	chain input {
		type filter hook input priority filter; policy accept;
${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}
}
`;
}
