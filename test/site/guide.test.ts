import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findingCatalogue } from '../../src/site/audit/finding.ts';

const guide = readFileSync(
  new URL('../../docs/guides/audit-graph-trace.md', import.meta.url),
  'utf8',
);

test('the guide lists every finding, as the catalogue has it', () => {
  const rows = [...guide.matchAll(/^\| `([\w-]+)` \| (high|medium|low) \| (.*) \|$/gm)];
  expect(
    Object.fromEntries(rows.map(([, code, severity, meaning]) => [code, { severity, meaning }])),
  ).toEqual(findingCatalogue);
});

test('examples fit into 80 columns', () => {
  const examples = guide.split('```').filter((_, index) => index % 2 === 1);
  const lines = examples.flatMap((example) => example.split('\n'));
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});
