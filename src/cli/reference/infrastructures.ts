import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { noColours } from '../../reporters/paint.ts';
import { audit } from '../../site/audit/audit.ts';
import { siteSvg } from '../../site/graph/svg.ts';
import { auditText } from '../audit-text.ts';
import { readSiteModel } from '../site-options.ts';

/** A release as far as pictures and audits want to know it: `npm run example:build` may not have been run. */
const anyRelease = { artifact: 'foobar.tar.gz', sha256: '0'.repeat(64), id: 'any' };

/**
 * What `npm run docs` writes into the folder of pages about infrastructures: for each `NAME.md` the
 * picture `NAME.svg`, and the page itself with what `rolecall audit` says today. By file name.
 */
export async function infrastructureFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const folder = join(root, 'docs/guides/infrastructures');
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .map((file) => file.slice(0, -'.md'.length))
    .sort();
  const files = new Map<string, string>();
  for (const name of names) {
    const source = await readSiteModel([join(root, 'playbooks/site.yml')], {
      inventory: [join(root, 'inventory', name)],
      extraVars: [JSON.stringify({ foobar_release: anyRelease })],
    });
    files.set(`${name}.svg`, siteSvg(source.model, name));
    const audited = auditText(audit(source.model), source, noColours);
    const page = readFileSync(join(folder, `${name}.md`), 'utf8');
    files.set(`${name}.md`, withAudit(page, `$ npx rolecall audit -i inventory/${name}`, audited));
  }
  return files;
}

/** The page with these lines below the command in its block; throws where there is no such block. */
function withAudit(page: string, command: string, lines: readonly string[]): string {
  const start = `\`\`\`text\n${command}\n`;
  const [before = '', rest] = page.split(start);
  if (rest === undefined) throw new Error(`a page has no block that begins with: ${command}`);
  const after = rest.slice(rest.indexOf('```\n'));
  return `${before}${start}${lines.join('\n')}\n${after}`;
}
