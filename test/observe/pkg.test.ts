import { describe, expect, test } from 'vitest';
import { aptCacheCollector } from '../../src/observe/apt-cache.ts';
import { aptCandidateCollector } from '../../src/observe/apt-candidate.ts';
import { globPattern, type PkgState, pkg, pkgCollector } from '../../src/observe/pkg.ts';
import { dash, observe, systemShell } from '../modules/support/converge.ts';

const answer = (stdout: string, stderr = '') => ({
  status: 0,
  stdout: Buffer.from(stdout),
  stderr: Buffer.from(stderr),
});

describe('pkg', () => {
  const text = [
    'p\tbash\tamd64\tinstall\tinstalled\t5.2-1',
    'p\tnginx\tamd64\thold\tinstalled\t1.24-1',
    'p\tvim\tamd64\tdeinstall\tconfig-files\t9',
    'p\tlibc6\tamd64\tinstall\tinstalled\t2.36',
    'p\tlibc6\ti386\tinstall\thalf-configured\t2.36',
    'p\tgone\tamd64\tunknown\tnot-installed\t',
    'Provides: default-mta, mail-transport-agent (= 1), other:any',
    'end',
    '',
  ].join('\n');
  const keys = [
    'bash',
    'nginx',
    'vim',
    'libc6',
    'libc6:i386',
    'lib*',
    'gone',
    'nope',
    'mail-transport-agent',
    'bad name',
  ];
  const states: Record<string, PkgState | undefined> = Object.fromEntries(
    pkgCollector.parse(answer(text), keys).map((state, index) => [keys[index]!, state]),
  );

  test.each([
    ['bash', { status: 'installed', version: '5.2-1', held: false, provided: false }],
    ['nginx', { status: 'installed', held: true }],
    ['vim', { status: 'config-files' }],
    ['libc6', { status: 'installed', version: '2.36' }],
    ['libc6:i386', { status: 'half-configured' }],
    ['gone', { status: 'absent', rows: [] }],
    ['nope', { status: 'absent', version: undefined }],
    ['mail-transport-agent', { status: 'absent', provided: true }],
    ['bad name', { status: 'absent' }],
  ])('%s', (key, state) => {
    expect(states[key]).toMatchObject(state);
  });

  test('a glob has every match', () => {
    expect(states['lib*']?.rows.map((row) => row.architecture)).toEqual(['amd64', 'i386']);
  });

  test('a host without dpkg', () => {
    expect(pkgCollector.parse(answer('no-dpkg\n'), ['a'])).toMatchObject([{ unsupported: true }]);
  });

  test('an answer that is cut off is refused', () => {
    expect(() => pkgCollector.parse(answer('p\ta', 'dpkg: boom'), ['a'])).toThrow(/boom/);
  });

  test.each([
    ['sh', systemShell],
    ['dash', dash],
    ['busybox', ['/bin/busybox', 'sh', '-c']],
  ])('on this machine with %s', async (_, shell) => {
    const found = await observe(
      {
        one: pkg('dpkg'),
        none: pkg('no-such-package'),
        bad: pkg("a'; echo $(id)"),
        glob: pkg('dpk*'),
        virtual: pkg('awk'),
      },
      shell,
    );
    expect(found).toMatchObject({
      one: { status: 'installed', rows: [{ name: 'dpkg' }] },
      none: { status: 'absent', provided: false },
      bad: { status: 'absent' },
      glob: { status: 'installed' },
      virtual: { provided: true },
    });
  });
});

test.each([
  ['php8.*', 'php8.2', true],
  ['php8.*', 'php8', false],
  ['a+b?', 'a+bc', true],
  ['lib[!c]x', 'libcx', false],
  ['lib[ab]x', 'libax', true],
])('the glob %s and %s: %s', (glob, name, matches) => {
  expect(globPattern(glob).test(name)).toBe(matches);
});

describe('aptCandidate', () => {
  const policy = `bash:
  Installed: 5.2.15-2+b8
  Candidate: 5.2.15-2+b13
  Version table:
     5.2.15-2+b13 500
        500 http://mirror.example/debian bookworm/main amd64 Packages
 *** 5.2.15-2+b8 100
        100 /var/lib/dpkg/status
ghost:
  Installed: (none)
  Candidate: (none)
  Version table:
glob-2:
  = fonts-a
  = fonts-b
end:
`;
  test('reads policy', () => {
    expect(
      aptCandidateCollector.parse(answer(policy), ['bash', 'ghost', 'fonts-*', 'nope']),
    ).toEqual([
      { candidate: '5.2.15-2+b13', versions: ['5.2.15-2+b13', '5.2.15-2+b8'], names: [] },
      { candidate: undefined, versions: [], names: [] },
      { candidate: undefined, versions: [], names: ['fonts-a', 'fonts-b'] },
      { candidate: undefined, versions: [], names: [] },
    ]);
  });

  test('an answer that is cut off is refused', () => {
    expect(() => aptCandidateCollector.parse(answer('bash:\n', 'E: boom'), ['bash'])).toThrow(
      /boom/,
    );
  });
});

describe('aptCache', () => {
  test.each([
    ['now 200 100\nend\n', { now: 200, updatedAt: 100, interrupted: false, broken: [] }],
    ['now 200 \nend\n', { now: 200, updatedAt: undefined, interrupted: false, broken: [] }],
    [
      'now 2 1\ninterrupted\nPackage: vim\nStatus: install ok half-configured\n--\nPackage: nano\nStatus: install reinstreq half-installed\nend\n',
      {
        now: 2,
        updatedAt: 1,
        interrupted: true,
        broken: ['vim (half-configured)', 'nano (half-installed)'],
      },
    ],
  ])('%j', (text, state) => {
    expect(aptCacheCollector.parse(answer(text), [''])).toEqual([state]);
  });

  test('a host without apt', () => {
    expect(aptCacheCollector.parse(answer('no-apt\n'), [''])).toMatchObject([
      { unsupported: true },
    ]);
  });

  test.each([
    ['sh', systemShell],
    ['busybox', ['/bin/busybox', 'sh', '-c']],
  ])('on this machine with %s it says something', async (_, shell) => {
    const found = await observe({ cache: { kind: 'aptCache', key: '' } }, shell);
    expect(found.cache).toHaveProperty('interrupted');
  });
});
