import { Vault } from 'ansible-vault';
import { expect, test } from 'vitest';
import { folderWith, rolecall } from './support.ts';

const vault = new Vault({ password: 'open sesame' });
const encrypted = (text: string) => vault.encryptSync(text, '');

test('encrypted files are decrypted on their way, and their lines are hidden', async () => {
  const folder = folderWith({
    password: 'open sesame\n',
    'page.j2': encrypted('one and one is {{ 1 + 1 }}\n'),
    key: encrypted('first line of the key\nsecond line of the key\n'),
    'site.yml': `
- hosts: localhost
  gather_facts: false
  tasks:
    - template: { src: page.j2, dest: "{{ playbook_dir }}/page" }
    - copy: { src: key, dest: "{{ playbook_dir }}/copied" }
    - debug: { msg: "{{ lookup('file', 'key') }}" }
`,
  });
  const words = ['run', 'site.yml', '--check', '--diff', '--vault-password-file', 'password'];
  const { stdout, status } = await rolecall(words, folder);
  expect(stdout).toContain('+one and one is 2');
  expect(stdout).toContain('+********');
  expect(stdout).not.toMatch(/ANSIBLE_VAULT|line of the key/);
  expect(status).toBe(0);
});
