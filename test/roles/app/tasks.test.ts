import { expect, test } from 'vitest';
import app from '../../../roles/app/role.ts';
import release from '../../../roles/release/role.ts';
import { contextOf, type FakeSite, flat, tasksOf, withDefaults } from '../support/context.ts';

const sha256 = 'a'.repeat(64);
const site: FakeSite = {
  hosts: { app1: {}, app2: {}, depot: { address: '10.0.0.9' } },
  roles: { app: { app2: { application: 'other' }, app1: { application: 'small' } } },
};
const small = { application: 'small', release: { artifact: 'small.tar.gz', sha256 } };

function tasks(role: typeof app, given: object, host = 'app1') {
  return flat(tasksOf(role, contextOf(site, host, withDefaults(role, given as never))));
}
const names = (...args: Parameters<typeof tasks>) => tasks(...args).map(({ name }) => name);

const always = [
  'Add the user small',
  'Make /srv/small',
  'Make /srv/small/releases',
  'Make /etc/small',
  'Install Node.js',
  'Unpack the release of small',
  'Write the environment of small',
  'Write the secrets of small',
  'Write the unit of small',
  'Start small at boot',
  'Switch small to the release',
  'Run small behind its health gate',
  'Remove old releases of small',
];

test('tasks of a service, users and folders ahead of packages', () => {
  expect(names(app, small)).toEqual(always);
});

test('the migration runs on the first host with this application, before the switch', () => {
  const migrate = { command: ['node', 'server.mjs', 'migrate'] };
  const own = names(app, { ...small, migrate });
  expect(own).toEqual(always.toSpliced(10, 0, 'Migrate the database of small'));
  expect(names(app, { ...small, migrate }, 'app2')).toEqual(always);
});

test('shared folders belong to the service', () => {
  const made = tasks(app, { ...small, shared: ['uploads'] });
  expect(made.find(({ name }) => name === 'Make /srv/small/shared/uploads')?.args).toMatchObject({
    owner: 'small',
    group: 'small',
    mode: '0750',
  });
  expect(made.find(({ name }) => name === 'Make /srv/small/shared')?.args).toMatchObject({
    owner: 'root',
  });
});

test('secrets are in a file of root alone, and its task is not shown', () => {
  const made = tasks(app, { ...small, secrets: { TOKEN: 'hidden' } });
  const found = made.filter((task) => JSON.stringify(task.args).includes('hidden'));
  expect(found.map(({ name }) => name)).toEqual(['Write the secrets of small']);
  expect(found[0]).toMatchObject({
    args: { mode: '0600', owner: 'root' },
    options: { noLog: true },
  });
});

test('from a central place: the address has the name of the content, and curl is installed', () => {
  const codebase = { from: 'central', host: 'depot', port: 81 };
  const made = tasks(app, { ...small, codebase });
  expect(made.map(({ name }) => name)).toContain('Install curl');
  const url = 'http://10.0.0.9:81/small/small-aaaaaaaaaaaa.tar.gz';
  expect(made.filter(({ args }) => args.url === url).map(({ name }) => name)).toEqual([
    'Unpack the release of small',
    'Switch small to the release',
    'Run small behind its health gate',
  ]);
});

test('files alone, without a service', () => {
  expect(names(release, { application: 'small', artifact: 'x.tgz', shared: ['u'] })).toEqual([
    'Make /srv/small',
    'Make /srv/small/releases',
    'Make /srv/small/shared',
    'Make /srv/small/shared/u',
    'Unpack the release of small',
    'Switch small to the release',
    'Remove old releases of small',
  ]);
});

test('the central place gets the archive itself, nothing unpacked', () => {
  const made = tasks(release, { application: 'small', artifact: 'x.tgz', sha256, publish: {} });
  expect(made.map(({ name, args }) => [name, args.file ?? args.path ?? args.current])).toEqual([
    ['Make /srv/releases/small', '/srv/releases/small'],
    ['Publish the archive of small', '/srv/releases/small/small-aaaaaaaaaaaa.tgz'],
    ['Remove old archives of small', 'small-aaaaaaaaaaaa.tgz'],
  ]);
});
