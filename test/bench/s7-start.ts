import { contest } from './contest.ts';
import { manyTasks, playbook } from './playbooks.ts';
import { ratio } from './result.ts';
import type { Bench } from './setting.ts';

export const start: Bench = {
  id: 'S7',
  title: 'Start: the version, and lint of 100 tasks',
  async run(setting) {
    const file = await setting.file('lint.yml', playbook(manyTasks(100)));
    const { command } = setting.rolecall;
    const rows = await contest(
      [
        { name: 'node -e 0', command: { argv: [process.execPath, '-e', '0'] } },
        { name: 'rolecall --version', command: command('--version'), expected: /^rolecall / },
        { name: 'rolecall lint', command: command('lint', file), expected: /0 problems/ },
      ],
      setting,
    );
    const against = (name: string, limit: number) =>
      ({ what: name, ...ratio(rows, name, 'node -e 0'), limit, bound: 'most' }) as const;
    return { rows, goals: [against('rolecall --version', 3), against('rolecall lint', 8)] };
  },
};
