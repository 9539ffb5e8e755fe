import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { databaseDonorAccountModule } from '../../../roles/database/donor-account-module.ts';
import { donorAuthorizedKeys, donorProgram } from '../../../roles/database/donor-script.ts';
import { latestOfEachDomain } from '../../../roles/database/provision-physical.ts';

/** The program with a mariadb-backup that does what is said, in a folder of its own. */
function donor(does: string) {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-donor-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const version =
    'echo "mariadb-backup based on MariaDB server 11.8.6-MariaDB debian-linux-gnu (x86_64)"';
  writeFileSync(
    join(folder, 'mariadb-backup'),
    `#!/bin/sh\nif [ "$1" = --version ]; then ${version}; exit; fi\n${does}\n`,
    { mode: 0o755 },
  );
  const program = donorProgram()
    .replace('PATH=', `PATH=${folder}:`)
    .replace('/var/tmp/', `${folder}/`);
  return { folder, argv: ['-c', program] as const };
}

test.each([
  ['', 'copy SERIES, and nothing else'],
  ['id', 'copy SERIES, and nothing else'],
  ['copy', 'copy SERIES, and nothing else'],
  ['copy 11.8 --host=x', 'copy SERIES, and nothing else'],
  ['copy 11.8;id', 'this server is of MariaDB 11.8, not 11.8;id'],
  ['copy 11.4', 'this server is of MariaDB 11.8, not 11.4'],
  ['copy *', 'this server is of MariaDB 11.8, not *'],
])('the key cannot do %j', (command, said) => {
  const refused = spawnSync('sh', donor('echo data').argv, {
    env: { ...process.env, SSH_ORIGINAL_COMMAND: command },
  });
  expect([refused.status, refused.stdout.toString()]).toEqual([2, '']);
  expect(refused.stderr.toString()).toContain(said);
});

test.each([
  ['whole', 'printf data; echo completed >&2', 0, 'data', ''],
  ['broken off', 'printf da; echo 1 >&2; echo no space >&2; exit 1', 1, 'da', '1\nno space\n'],
])('a copy that is %s', async (_, does, status, data, said) => {
  const { folder, argv } = donor(does);
  const child = spawn('sh', argv, { env: { ...process.env, SSH_ORIGINAL_COMMAND: 'copy 11.8' } });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect([stdout, stderr, child.exitCode ?? (await ended(child))]).toEqual([data, said, status]);
  child.stdin.end();
  expect(readdirSync(folder)).toEqual(['mariadb-backup']);
});

test('a recipient that is gone ends the copy, and with it the locks', async () => {
  const { folder, argv } = donor('echo begun; exec sleep 600');
  const child = spawn('sh', argv, { env: { ...process.env, SSH_ORIGINAL_COMMAND: 'copy 11.8' } });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.stdin.write('\n');
  child.stdout.destroy();
  child.stderr.destroy();
  child.stdin.end();
  expect(await ended(child)).toBe(137);
  expect(readdirSync(folder)).toEqual(['mariadb-backup']);
});

test('a recipient that says nothing is as good as gone', async () => {
  const { folder, argv } = donor('echo begun; exec sleep 600');
  const [word, program] = argv;
  const impatient = program.replace('timeout 30', 'timeout 1');
  expect(impatient).not.toBe(program);
  const child = spawn('sh', [word, impatient], {
    env: { ...process.env, SSH_ORIGINAL_COMMAND: 'copy 11.8' },
  });
  expect(await ended(child)).toBe(137);
  expect(readdirSync(folder)).toEqual(['mariadb-backup']);
});

test.each([
  ['what it wrote itself', '', '0-1-9', '0-1-9'],
  ['what it had from others', '0-1-9', '', '0-1-9'],
  ['both', '0-1-9', '0-2-12', '0-2-12'],
  ['both, the other way round', '0-1-12', '0-2-9', '0-1-12'],
  ['domains', '0-1-9,2-1-5', '0-2-12,1-2-3', '0-2-12,1-2-3,2-1-5'],
  ['nothing', '', '', ''],
])('the position of a copy is the latest of each domain: %s', (_, had, wrote, latest) => {
  const { stdout } = spawnSync('sh', ['-c', latestOfEachDomain.text], {
    input: `${wrote}\n${had}\n`,
  });
  expect(stdout.toString().split(',').sort().join()).toBe(latest);
});

test('the key may run nothing but the program', () => {
  expect(donorAuthorizedKeys('ssh-ed25519 AAAA x')).toContain(
    'restrict,command="/usr/local/sbin/rolecall-donor" ssh-ed25519 AAAA x\n',
  );
});

const mysql = {
  exists: true,
  name: 'mysql',
  uid: 100,
  gid: 102,
  home: '/nonexistent',
  shell: '/bin/false',
};
const account = {
  ...mysql,
  name: 'rolecall-donor',
  home: '/var/lib/rolecall-donor',
  shell: '/bin/sh',
};

test.each<[string, object, object, string]>([
  ['new', { exists: false }, mysql, 'added'],
  ['new, before the package came', { exists: false }, { ...mysql, uid: undefined }, 'added'],
  ['as it is', account, mysql, 'rolecall-donor has the number of mysql'],
  ['mysql was made anew', account, { ...mysql, uid: 101 }, 'changed: uid'],
  [
    'changed by hand',
    { ...account, shell: '/bin/false', home: '/' },
    mysql,
    'changed: home, shell',
  ],
  ['no server', { exists: false }, { exists: false }, 'there is no user mysql'],
])('the account of the donor: %s', (_, own, server, said) => {
  const decision = databaseDonorAccountModule.decide({}, { account: own, server } as never);
  const { summary, reason, message } = decision as unknown as Record<string, string>;
  expect(summary ?? reason ?? message).toBe(said);
  if (decision.kind !== 'change') return;
  const [{ state }] = decision.predicts as unknown as [{ state: object }];
  const again = databaseDonorAccountModule.decide({}, { account: state, server } as never);
  expect(again.kind).toBe('unchanged');
});

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  let all = '';
  for await (const chunk of stream) all += chunk;
  return all;
}

function ended(child: ReturnType<typeof spawn>): Promise<number | null> {
  return new Promise((resolve) => child.once('close', resolve));
}
