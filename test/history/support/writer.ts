import { finished, play, record, started, taskEnd } from './events.ts';

// Writes one result after the other into the history that is named, so many or without end; says each
// that is on the disk.
const [file, times = Infinity] = process.argv.slice(2);
const { recorder, reporter } = record(file!);
reporter.report(started);
reporter.report(play(['web1']));
for (let number = 0; number < Number(times); number++) {
  const title = `task ${number % 50}`;
  const id = `/site/site.yml:${title}`;
  reporter.report({
    type: 'task-started',
    ...{ play: 1, task: title, id, module: 'copy', handler: false, hosts: ['web1'] },
  });
  await recorder.intend({ play: 1, id, task: title, host: 'web1' });
  process.stdout.write(`${number}\n`);
  reporter.report(taskEnd('web1', title, { status: 'changed', message: `number ${number}` }));
}
reporter.report(finished({ web1: { changed: Number(times) } }));
await reporter.finish();
