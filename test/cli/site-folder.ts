import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderWith } from './support.ts';

const shop = `import { command, defineRole, Type } from 'rolecall';

export default defineRole({
  name: 'shop',
  summary: 'Sells.',
  params: Type.Object({
    port: Type.Number({ description: 'Where it answers.', default: 80 }),
    stock: Type.Optional(Type.String({ description: 'The host that keeps the stock.' })),
  }),
  examples: ['- hosts: all\\n  roles: [shop]'],
  publishes: ({ params }) => [
    { name: 'http', port: params.port, protocol: 'tcp', purpose: 'pages', reach: 'public' },
  ],
  connects: ({ params }) =>
    params.stock
      ? [{ to: params.stock, port: 5432, protocol: 'tcp', purpose: 'orders', need: 'stock' }]
      : [],
  provides: () => [{ kind: 'monitoring', what: 'itself' }, { kind: 'firewall', what: 'all' }],
  tasks: () => [command('Say hello', { cmd: 'true' })],
});
`;

/** A folder with an inventory, a typed role and playbooks/site.yml that puts it on two hosts. */
export function siteFolder(): string {
  const folder = folderWith({
    'hosts.yml':
      'all:\n  hosts:\n    shop1: { ansible_host: 192.0.2.1 }\n    shop2: {}\n    stock1: {}\n',
    'wrong.yml': '- hosts: shop1\n  roles: [{ role: shop, prot: 80 }]\n',
    'one.yml': '- hosts: shop1\n  roles: [shop]\n',
  });
  mkdirSync(join(folder, 'playbooks'));
  mkdirSync(join(folder, 'roles/shop'), { recursive: true });
  writeFileSync(join(folder, 'roles/shop/role.ts'), shop);
  writeFileSync(
    join(folder, 'playbooks/site.yml'),
    '- hosts: shop*\n  vars: { shop: { stock: stock1 } }\n  roles: [shop]\n',
  );
  return folder;
}
