import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { siteFolder } from './site-folder.ts';
import { rolecall } from './support.ts';

const folder = siteFolder();
const graph = (...words: string[]) => rolecall(['graph', '-i', 'hosts.yml', ...words], folder);

describe('rolecall graph', { timeout: 60_000 }, () => {
  const cases: [string[], string][] = [
    [[], '>hosts</text>'],
    [['--format', 'mermaid'], 'flowchart TB\n'],
    [['--title', 'The shop', 'one.yml'], '<title>The shop: 3 hosts, 1 single point of failure<'],
  ];

  test.concurrent.each(cases)('%j prints', async (words, stdout) => {
    expect(await graph(...words)).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining(stdout),
    });
  });

  test.concurrent.each([
    ['site.svg', '<svg '],
    ['site.mmd', 'flowchart TB\n'],
  ])('-o %s writes a file', async (file, text) => {
    expect(await graph('-o', file)).toMatchObject({ status: 0, stdout: '' });
    expect(readFileSync(join(folder, file), 'utf8')).toContain(text);
  });

  const refused: [string[], string][] = [
    [['-o', 'no/such/folder.svg'], 'no/such/folder.svg cannot be written'],
    [['--format', 'png'], 'Allowed choices are svg, mermaid'],
  ];

  test.concurrent.each(refused)('%j is refused', async (words, stderr) => {
    expect(await graph(...words)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(stderr),
    });
  });
});
