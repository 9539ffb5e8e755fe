import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadVarsFile } from '../../src/inventory/vars-files.ts';
import type { Mapping } from '../../src/values.ts';
import { precedence, trustedLayer } from '../../src/variables/layer.ts';
import { VariableScope } from '../../src/variables/scope.ts';
import { evaluateValue } from '../../src/variables/values.ts';
import { encryptVault, VaultSecrets } from '../../src/variables/vault.ts';
import { readVaultPasswords } from '../../src/variables/vault-passwords.ts';
import { loadYaml } from '../../src/yaml/load.ts';
import { folderOf } from '../inventory/support/folder.ts';

// Encrypted by ansible-vault of Ansible 2.14 with these passwords.
const captured = new URL('captured/', import.meta.url).pathname;
const first = { label: 'default', password: 'correct horse' };
const second = { label: 'prod', password: 'other' };
const at = { file: 'f.yml', line: 1, column: 1 };
const both = new VaultSecrets([first, second]);
const whole = readFileSync(`${captured}whole.yml`, 'utf8');

describe('what ansible-vault encrypted', () => {
  it('is read: whole files, with and without label', () => {
    const decrypt = both.decrypt.bind(both);
    const { values } = loadVarsFile(`${captured}whole.yml`, decrypt);
    expect(values.get('db_password')).toBe('s3cret');
    expect(loadVarsFile(`${captured}labelled.yml`, decrypt).values.get('labelled')).toBe(true);
  });

  it('is read: values in a file, reported as secrets and never templated', () => {
    const values = loadYaml(readFileSync(`${captured}inline.yml`), 'inline.yml') as Mapping;
    const secrets: string[] = [];
    const scope = new VariableScope([trustedLayer('vars', values, precedence.playVars)], {
      surroundings: () => ({}),
      decrypt: (text, place) => both.decrypt(text, place),
      onSecret: (value) => secrets.push(value),
    });
    expect(evaluateValue('{{ plain }}', scope)).toBe('hünter2 {{ no }}!');
    expect(secrets).toEqual(['hünter2 {{ no }}']);
  });

  it('is secret in whole, but for what is no text and names that hosts are shown by', () => {
    const text =
      'a: s3cret\nb: [deep, {c: deeper}]\nd: "{{ a }}"\ne: 5\nansible_host: h\nunused: x\n';
    const folder = folderOf({ 'v.yml': encryptVault(text, first.password) });
    const { values } = loadVarsFile(`${folder}/v.yml`, (cipher, place) =>
      both.decrypt(cipher, place),
    );
    const secrets: string[] = [];
    const scope = new VariableScope([trustedLayer('v', values, precedence.varsFiles)], {
      surroundings: () => ({}),
      decrypt: () => '',
      onSecret: (value) => secrets.push(value),
    });
    evaluateValue('{{ b }} {{ d }} {{ e }} {{ ansible_host }}', scope);
    expect(secrets).toEqual(['deep', 'deeper', 's3cret']);
  });

  it('needs the right password, whatever its label', () => {
    expect(new VaultSecrets([{ ...first, label: 'x' }]).decrypt(whole, at)).toMatch(/s3cret/);
    expect(() => new VaultSecrets([second]).decrypt(whole, at)).toThrow(
      /no vault password fits.*'prod'/,
    );
    expect(() => new VaultSecrets([]).decrypt(whole, at)).toThrow(/no vault password was given/);
  });
});

describe('damage', () => {
  const lines = whole.trimEnd().split('\n');
  const flip = (text: string, index: number) =>
    text.slice(0, index) + (text[index] === '0' ? '1' : '0') + text.slice(index + 1);
  const cases: [string, string, RegExp][] = [
    ['cut in mid-line', whole.slice(0, -20), /damaged/],
    ['a line missing', [...lines.slice(0, 3), ...lines.slice(4)].join('\n'), /damaged/],
    ['only the header', lines[0]!, /damaged or cut short/],
    ['no hex', `${lines[0]}\nzz\n`, /damaged or cut short/],
    ['another format', whole.replace(';1.1;', ';2.0;'), /format 2.0 is not supported/],
    ['another cipher', whole.replace('AES256', 'AES'), /cipher 'AES' is not supported/],
    ['no header', 'x', /no vault header/],
  ];
  it.each(cases)('%s', (_, text, message) => {
    expect(() => both.decrypt(text, at)).toThrow(
      expect.objectContaining({ code: 'vault-failed', message: expect.stringMatching(message) }),
    );
  });

  it('any flipped digit', () => {
    const start = whole.indexOf('\n') + 1;
    for (const index of [start, start + 81, start + 300, whole.length - 3]) {
      expect(() => both.decrypt(flip(whole, index), at)).toThrow(/damaged/);
    }
  });

  it('does not matter where only white space changed', () => {
    expect(both.decrypt(`  ${lines.join('\r\n   ')}\n\n`, at)).toMatch(/s3cret/);
  });
});

it('reads back what it encrypts', () => {
  const secrets = new VaultSecrets([first]);
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(undefined, 'prod'),
      (text, label) => {
        expect(secrets.decrypt(encryptVault(text, first.password, label), at)).toBe(text);
      },
    ),
    { numRuns: 15 },
  );
});

describe('where passwords come from', () => {
  const never = () => Promise.reject(new Error('nobody is asked here'));

  it('files, labels, prompts and scripts', async () => {
    const folder = folderOf({
      pass: ' a b \n',
      'x-client.sh': '#!/bin/sh\necho "$@"\n',
      'gen.sh': '#!/bin/sh\necho made\n',
    });
    chmodSync(`${folder}/x-client.sh`, 0o755);
    chmodSync(`${folder}/gen.sh`, 0o755);
    const ids = [
      `${folder}/pass`,
      `dev@${folder}/pass`,
      `prod@${folder}/x-client.sh`,
      `${folder}/gen.sh`,
    ];
    expect(await readVaultPasswords(ids, never)).toEqual([
      { label: 'default', password: ' a b ' },
      { label: 'dev', password: ' a b ' },
      { label: 'prod', password: '--vault-id prod' },
      { label: 'default', password: 'made' },
    ]);
    const asked: string[] = [];
    const answer = async (question: string) => {
      asked.push(question);
      return 'typed';
    };
    expect(await readVaultPasswords(['qa@prompt'], answer)).toEqual([
      { label: 'qa', password: 'typed' },
    ]);
    expect(asked).toEqual(['Vault password (qa): ']);
  });

  it('refuses what gives none', async () => {
    const folder = folderOf({ empty: '\n', 'bad.sh': '#!/bin/sh\necho locked >&2; exit 1\n' });
    chmodSync(`${folder}/bad.sh`, 0o755);
    await expect(readVaultPasswords(['/nowhere'], never)).rejects.toThrow(/does not exist/);
    await expect(readVaultPasswords([`${folder}/empty`], never)).rejects.toThrow(/is empty/);
    await expect(readVaultPasswords([`${folder}/bad.sh`], never)).rejects.toThrow(/locked/);
    writeFileSync(`${folder}/empty`, 'x');
    await expect(readVaultPasswords([`${folder}/empty`], never)).resolves.toHaveLength(1);
  });
});
