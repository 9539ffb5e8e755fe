import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './installed.ts';
import { linePlot } from './plot.ts';
import { type Report, reportText } from './report.ts';
import type { Point } from './result.ts';

const plots = {
  tasks: { title: 'A run that changes nothing, on 8 hosts', x: 'tasks', scale: 'log' },
  hosts: { title: 'A run of 20 tasks that changes nothing', x: 'hosts', scale: 'log' },
  rtt: {
    title: 'A run of 100 tasks that changes nothing, on 1 host',
    x: 'RTT, ms',
    scale: 'linear',
  },
} as const;

/**
 * Writes the last figures into docs: the page, its pictures, and the JSON. Where only some were measured
 * they take the place of the earlier ones, and tell when that was.
 */
export async function writePages(given: Report, isPart: boolean): Promise<void> {
  const docs = join(root, 'docs');
  const report = isPart
    ? withPart(JSON.parse(await readFile(join(docs, 'benchmarks.json'), 'utf8')), given)
    : given;
  const points = report.results.flatMap(({ points: some = [] }) => some);
  const pictures: string[] = [];
  for (const [name, { title, x, scale }] of Object.entries(plots)) {
    const own = points.filter(({ plot }) => plot === name);
    if (own.length === 0) continue;
    const svg = linePlot({ title, xLabel: x, yLabel: 'seconds', scale, series: seriesOf(own) });
    await writeFile(join(docs, `images/benchmark-${name}.svg`), svg);
    pictures.push(`![${title}: seconds against ${x}](images/benchmark-${name}.svg)`);
  }
  const page = join(docs, 'benchmarks.md');
  const text = await readFile(page, 'utf8');
  await writeFile(page, withFigures(text, [...pictures, reportText(report)].join('\n\n')));
  await writeFile(join(docs, 'benchmarks.json'), `${JSON.stringify(report, null, 2)}\n`);
}

/** An earlier report with some of its results measured anew. */
export function withPart(earlier: Report, { date, machine, results }: Report): Report {
  const measured = { date, rolecall: machine.versions.rolecall!, load: machine.load };
  const anew = new Map(results.map((result) => [result.id, { ...result, measured }]));
  const kept = earlier.results.map((result) => anew.get(result.id) ?? result);
  const known = new Set(earlier.results.map(({ id }) => id));
  return {
    ...earlier,
    results: [...kept, ...[...anew.values()].filter(({ id }) => !known.has(id))],
  };
}

const [begin, end] = ['<!-- figures: npm run bench -- --write -->', '<!-- end of figures -->'];

/** The page with other figures between its marks. */
export function withFigures(page: string, figures: string): string {
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`the page lacks ${begin} … ${end}`);
  return `${page.slice(0, before)}${begin}\n\n${figures}\n\n${page.slice(after)}`;
}

function seriesOf(points: readonly Point[]): Map<string, { x: number; y: number }[]> {
  return Map.groupBy(points, ({ series }) => series);
}
