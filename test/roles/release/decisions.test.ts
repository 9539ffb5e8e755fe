import { describe, expect, test } from 'vitest';
import { archivesPruneModule } from '../../../roles/release/archives-prune.ts';
import { releaseCurrentModule } from '../../../roles/release/release-current.ts';
import { releasePresentModule } from '../../../roles/release/release-present.ts';
import {
  readReleases,
  releasePruneModule,
  superfluous,
} from '../../../roles/release/release-prune.ts';
import { releasePublishedModule } from '../../../roles/release/release-published.ts';
import { newContent, newFolder, newLink } from '../../../roles/release/states.ts';
import { Unknown } from '../../../src/values.ts';
import { type DecisionRow, decisionTable } from '../../modules/support/decisions.ts';

const sha256 = 'a'.repeat(64);
const other = 'b'.repeat(64);
const file = { path: '/srv/small.tar.gz', size: 10 };
const identity = { id: 'aaaaaaaaaaaa', sha256, file };
const root = '/srv/small';
const folder = `${root}/releases/${identity.id}`;
const given = { artifact: 'small.tar.gz', root, identity };

const nothing = (kind: string) =>
  kind === 'content'
    ? { bytes: undefined, why: 'absent' }
    : kind === 'digest'
      ? { digest: undefined, why: 'absent' }
      : kind === 'probe'
        ? { found: [], inUse: [] }
        : { exists: false };

const there = {
  [`path ${folder}`]: newFolder,
  [`content ${folder}/.release-sha256`]: newContent(`${sha256}\n`),
};

decisionTable(releasePresentModule, nothing, [
  {
    name: 'what is not there is unpacked under its name at the end only',
    args: given,
    kind: 'change',
    says: /absent → unpacked from \/srv\/small.tar.gz, 10 bytes/,
    runs: [
      'cat >"$tmp/archive"',
      `[ "$sum" = ${sha256} ]`,
      'tar -xf',
      'sync -f',
      'mv -T "$tmp/content"',
    ],
    predicts: { [`path ${folder}`]: newFolder },
    result: { release: identity.id, path: folder },
  },
  {
    name: 'what hosts fetch themselves is not sent',
    args: { ...given, url: 'http://10.0.0.9:8080/small/x.tar.gz', identity: { id: 'x', sha256 } },
    kind: 'change',
    says: /unpacked from http:\/\/10.0.0.9:8080/,
    runs: ['curl -fsS', 'http://10.0.0.9:8080/small/x.tar.gz', 'wget', `[ "$sum" = ${sha256} ]`],
    never: ['cat >"$tmp/archive"'],
  },
  { name: 'what is there stays', args: given, observed: there, kind: 'unchanged', says: sha256 },
  {
    name: 'a name stands for one content',
    args: { ...given, identity: { ...identity, sha256: other } },
    observed: there,
    kind: 'failed',
    says: `other content: sha256 ${sha256} instead of ${other}`,
  },
  {
    name: 'a folder that this role did not make is left alone',
    args: given,
    observed: { [`path ${folder}`]: newFolder },
    kind: 'failed',
    says: 'no release that was put there whole',
  },
  {
    name: 'an archive with another checksum than declared',
    args: { ...given, identity: { ...identity, problem: 'it is not the release' } },
    kind: 'failed',
    says: 'it is not the release',
  },
  {
    name: 'shared folders become links, in the new release',
    args: { ...given, shared: ['uploads', 'var/cache'] },
    kind: 'change',
    runs: [
      'ln -s /srv/small/shared/uploads ./uploads',
      'mkdir -p ./var',
      'rm -rf ./var/cache && ln -s /srv/small/shared/var/cache ./var/cache',
      'mv -T',
    ],
  },
  {
    name: 'a folder that is shared from now on becomes a link in the release that is there',
    args: { ...given, shared: ['uploads'] },
    observed: { ...there, [`path ${folder}/uploads`]: newFolder },
    kind: 'change',
    says: 'uploads → shared',
    runs: ['ln -s /srv/small/shared/uploads ./uploads'],
    never: ['tar -xf'],
  },
]);

const link = (name: string, target: string) => ({ [`path ${root}/${name}`]: newLink(target) });

decisionTable(releaseCurrentModule, nothing, [
  {
    name: 'the first release',
    args: given,
    kind: 'change',
    says: 'absent → releases/aaaaaaaaaaaa',
    runs: ['touch "$wanted"', 'put "$wanted" current'],
    result: { release: identity.id, previous: '' },
  },
  {
    name: 'a link that leads nowhere: there is no going back to that',
    args: given,
    observed: { ...link('current', 'releases/lost'), ...link('previous', 'releases/old') },
    kind: 'change',
    says: 'releases/lost → releases/aaaaaaaaaaaa',
    runs: ["old=''"],
    result: { release: identity.id, previous: 'old' },
  },
  {
    name: 'another release: the old one becomes previous before the switch',
    args: given,
    observed: { ...link('current', 'releases/old'), [`path ${root}/releases/old`]: newFolder },
    kind: 'change',
    says: 'releases/old → releases/aaaaaaaaaaaa',
    runs: ['put "$old" previous', 'put "$wanted" current'],
    predicts: { [`path ${root}/previous`]: newLink('releases/old') },
    result: { release: identity.id, previous: 'old' },
  },
  {
    name: 'the same release',
    args: given,
    observed: {
      ...link('current', `releases/${identity.id}`),
      ...link('previous', 'releases/old'),
    },
    kind: 'unchanged',
    result: { release: identity.id, previous: 'old' },
  },
  {
    name: 'a folder in the place of the link',
    args: given,
    observed: { [`path ${root}/current`]: newFolder },
    kind: 'failed',
    says: 'is a directory, not a link',
  },
]);

const published = { artifact: 'small.tar.gz', file: '/srv/releases/small/x.tar.gz', identity };
const regular = (mode: number) => ({ ...newFolder, type: 'file', mode });

decisionTable(releasePublishedModule, nothing, [
  { name: 'absent', args: published, kind: 'change', runs: ['cat >"$tmp"', sha256, 'mv -fT'] },
  {
    name: 'there: it is not sent again',
    args: published,
    observed: {
      [`path ${published.file}`]: regular(0o644),
      [`digest sha256 ${published.file}`]: { digest: sha256 },
    },
    kind: 'unchanged',
  },
  {
    name: 'there, and others cannot read it',
    args: published,
    observed: {
      [`path ${published.file}`]: regular(0o600),
      [`digest sha256 ${published.file}`]: { digest: sha256 },
    },
    kind: 'change',
    runs: ['chmod 644'],
    never: ['cat >'],
  },
  {
    name: 'damaged',
    args: published,
    observed: {
      [`path ${published.file}`]: regular(0o644),
      [`digest sha256 ${published.file}`]: { digest: other },
    },
    kind: 'change',
    runs: ['cat >"$tmp"'],
  },
]);

const on = (found: readonly string[], inUse: readonly string[] = []) => ({
  found: found.map((name, index) => ({ name, switchedAt: 100 - index })),
  inUse,
});

const pruning: readonly DecisionRow[] = [
  {
    name: 'nothing beyond what is kept',
    args: { root, keep: 2 },
    observed: { 'probe releases': on(['b', 'a']), ...link('current', 'releases/b') },
    kind: 'unchanged',
  },
  {
    name: 'the oldest goes',
    args: { root, keep: 2 },
    observed: { 'probe releases': on(['c', 'b', 'a']), ...link('current', 'releases/c') },
    kind: 'change',
    says: 'remove a',
    runs: ['cd /srv/small/releases && rm -rf -- a'],
    result: { removed: ['a'] },
  },
  { name: 'no releases', args: { root, keep: 2 }, kind: 'unchanged' },
];
decisionTable(releasePruneModule, nothing, pruning);

decisionTable(archivesPruneModule, nothing, [
  {
    name: 'the oldest archive goes, and what a killed run left',
    args: { folder: '/srv/releases/small', application: 'small', current: 'small-c.tar', keep: 2 },
    observed: { 'probe archives': on(['small-b.tar', 'small-a.tar', '.incoming.x']) },
    kind: 'change',
    runs: ['cd /srv/releases/small && rm -f -- .incoming.x small-a.tar'],
    result: { removed: ['.incoming.x', 'small-a.tar'] },
  },
  {
    name: 'as many archives as are kept',
    args: { folder: '/srv/releases/small', application: 'small', current: 'small-c.tar', keep: 2 },
    observed: { 'probe archives': on(['small-c.tar', 'small-b.tar']) },
    kind: 'unchanged',
  },
]);

describe('what is removed', () => {
  test.each<[string, Parameters<typeof superfluous>, string[]]>([
    [
      'the oldest by the time of their switch',
      [on(['d', 'c', 'b', 'a']), 2, ['d', 'c']],
      ['a', 'b'],
    ],
    ['not the current one, however old', [on(['d', 'c', 'b', 'a']), 2, ['a']], ['b', 'c']],
    ['not the previous one, however old', [on(['d', 'c', 'b', 'a']), 2, ['d', 'a']], ['b', 'c']],
    ['not one from which a process runs', [on(['d', 'c', 'b', 'a'], ['a']), 2, ['d', 'c']], ['b']],
    ['what a killed run left', [on(['a', '.incoming.x1']), 2, ['a']], ['.incoming.x1']],
    ['in a dry run: the release to come counts', [on(['b', 'a']), 2, ['new', 'b']], ['a']],
  ])('%s', (_, args, removed) => {
    expect(superfluous(...args)).toEqual(removed);
  });
});

test('what the host tells of its releases', () => {
  const text = `found 1700000001.5 aaa
found 1700000000.25 b-1.2
used /srv/small/releases/aaa
used /srv/small/releases/gone/server.mjs (deleted)
used /srv/smaller/releases/x
`;
  expect(readReleases(text, '/srv/small/releases')).toEqual({
    found: [
      { name: 'aaa', switchedAt: 1700000001.5 },
      { name: 'b-1.2', switchedAt: 1700000000.25 },
    ],
    inUse: ['aaa', 'gone'],
  });
});

test.each([
  [releasePresentModule, { folder: new Unknown('nodejs'), sum: new Unknown('nodejs') }],
  [releaseCurrentModule, { current: new Unknown('nodejs'), previous: new Unknown('nodejs') }],
  [releasePublishedModule, { at: new Unknown('nodejs'), sum: new Unknown('nodejs') }],
])('$name: packages bring no releases', (module, unknown) => {
  expect(
    module.decideUnknown!(
      { ...given, ...published, shared: [], owner: 'root', group: 'root' },
      unknown,
    ).kind,
  ).toBe('change');
});
