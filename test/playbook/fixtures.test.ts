import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lintPlaybook } from '../../src/playbook/lint.ts';
import { listPlaybook } from '../../src/playbook/list.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { knownModules } from './support.ts';

const folder = join(import.meta.dirname, 'fixtures');
const context = { rolesPath: [], knownModules, extraVars: new Map() };

/** Playbooks written as people write them; ansible-playbook --syntax-check accepts each of them. */
describe('playbooks in the wild', () => {
  const cases: {
    file: string;
    plays: number;
    tasks: number;
    undefined: string[];
  }[] = [
    { file: 'site.yml', plays: 2, tasks: 47, undefined: [] },
    { file: 'rolling-update.yml', plays: 1, tasks: 10, undefined: ['release'] },
    { file: 'provision.yml', plays: 2, tasks: 15, undefined: [] },
    { file: 'backup.yml', plays: 1, tasks: 6, undefined: [] },
    { file: 'legacy.yml', plays: 1, tasks: 11, undefined: ['nginx_listen_port', 'nginx_extra'] },
  ];
  test.each(cases)('$file', ({ file, ...expected }) => {
    const path = join(folder, file);
    const { plays } = loadPlaybook(path, context);
    const report = lintPlaybook(path, context);
    expect(report.problems).toEqual([]);
    expect({
      plays: plays.length,
      tasks: report.tasks,
      undefined: [...new Set(report.warnings.map(({ message }) => /'(.*)'/.exec(message)![1]))],
    }).toEqual({ plays: expected.plays, tasks: expected.tasks, undefined: expected.undefined });
  });
});

/** The lines are what ansible-core 2.14 prints for these options. */
test('tasks and tags are listed as ansible-playbook lists them', () => {
  const playbook = loadPlaybook(join(folder, 'site.yml'), context);
  const options = { tasks: true, tags: true, only: ['web'], skip: ['sites'] };
  expect(listPlaybook({ ...playbook, file: 'site.yml' }, options)).toEqual([
    '',
    'playbook: site.yml',
    '',
    '  play #1 (all): Prepare every machine\tTAGS: []',
    '    tasks:',
    '      refresh the package cache, at most hourly\tTAGS: [always]',
    '      common : packages\tTAGS: [nginx, packages, web]',
    '      common : time\tTAGS: [nginx, packages, web]',
    '      common : users\tTAGS: [nginx, ssh, users, web]',
    '      common : keys\tTAGS: [nginx, ssh, users, web]',
    '      common : sshd\tTAGS: [nginx, ssh, users, web]',
    '      common : kernel settings\tTAGS: [nginx, sysctl, web]',
    "      nginx : Validating arguments against arg spec 'main' - A web server with sites\tTAGS: [always, nginx, web]",
    '      nginx : Load the variables of the distribution.\tTAGS: [nginx, web]',
    '      include_tasks\tTAGS: [nginx, web]',
    '      nginx : Remove the site that the package brings.\tTAGS: [nginx, web]',
    '      nginx : Is the configuration good?\tTAGS: [nginx, web]',
    '      nginx : Run it.\tTAGS: [nginx, web]',
    '      TASK TAGS: [always, nginx, packages, ssh, sysctl, users, web]',
    '',
    '  play #2 (web:&production): Roll out a release, a few machines at a time\tTAGS: [release]',
    '    tasks:',
    '      TASK TAGS: [release]',
  ]);
});
