import { type Keyword, keywords, type Level } from '../../playbook/keywords.ts';
import { code, table } from './markdown.ts';

/** The keywords of plays, blocks, tasks and so on, and those that are refused. */
export function keywordsPage(): string[] {
  const levels = Object.keys(keywords) as Level[];
  return [
    '# Keywords of playbooks',
    '',
    'A keyword that is not listed is an error that names the nearest one.',
    ...levels.flatMap((level) => {
      const known = Object.entries(keywords[level]).sort(([a], [b]) => (a < b ? -1 : 1));
      const refused = known.filter(([, keyword]) => keyword.unsupported);
      return [
        '',
        `## On ${plural[level]}`,
        '',
        ...table(
          ['keyword', 'value'],
          known.filter(isSupported).map(([name, { type }]) => [code(name), valueText[type]]),
        ),
        ...(refused.length > 0
          ? [
              '',
              'Refused:',
              '',
              ...table(
                ['keyword', 'instead'],
                refused.map(([name, { unsupported }]) => [code(name), unsupported ?? '']),
              ),
            ]
          : []),
      ];
    }),
  ];
}

function isSupported([, keyword]: [string, Keyword]): boolean {
  return !keyword.unsupported;
}

const plural: Readonly<Record<Level, string>> = {
  play: 'plays',
  'role entry': 'entries of `roles`',
  block: 'blocks',
  task: 'tasks',
  handler: 'handlers',
  import_playbook: '`import_playbook`',
  include: 'includes of tasks and roles',
};

const valueText: Readonly<Record<Keyword['type'], string>> = {
  text: 'text',
  string: 'text or template',
  boolean: 'yes or no, or template',
  integer: 'whole number or template',
  number: 'number or template',
  conditions: 'expression or list of them',
  tags: 'tag or list of them',
  names: 'name or list of them',
  strings: 'text or list of them',
  vars: 'mapping of variables',
  environment: 'mapping, list of them, or template',
  moduleDefaults: 'mapping of module → arguments',
  own: 'see the guides',
};
