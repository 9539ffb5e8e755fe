import { defineRole, file, Type } from 'rolecall';
import { archivesPrune } from './archives-prune.ts';
import { publishedName } from './identity.ts';
import { codebaseParameter, placeParameters, releaseParameters } from './parameters.ts';
import { codebaseProblems, folderProblems, placeProblems } from './place-rules.ts';
import { releasePublished } from './release-published.ts';
import {
  codebaseEdges,
  type Delivery,
  folderTasks,
  pruneTask,
  switchTask,
  unpackTasks,
} from './release-tasks.ts';

const params = Type.Object({
  ...placeParameters,
  ...releaseParameters,
  owner: Type.String({ description: 'Who owns the files of releases.', default: 'root' }),
  group: Type.String({ description: 'The group of the files of releases.', default: 'root' }),
  codebase: codebaseParameter,
  publish: Type.Optional(
    Type.Object(
      {
        folder: Type.Optional(
          Type.String({
            description:
              'The folder that a web server serves. By default `/srv/releases/APPLICATION`.',
          }),
        ),
      },
      {
        description:
          'Makes this host the central place: the archive itself is put in a folder, and nothing is unpacked.',
      },
    ),
  ),
});

export default defineRole({
  name: 'release',
  summary: 'Releases of a code base on a host: unpacked beside each other, switched atomically.',
  params,
  examples: [
    `- hosts: web
  roles:
    - role: release
      application: foobar
      artifact: foobar-3f2a9c41d07b.tar.gz
      shared: [uploads]`,
    `# One central host publishes the archive, the others fetch it there and check it.
- hosts: depot
  vars: { release: { application: foobar, publish: {} } }
  roles: [{ role: release, artifact: foobar.tar.gz, sha256: "{{ foobar_sha256 }}" }]
- hosts: web
  vars: { release: { application: foobar, codebase: { from: central, host: depot } } }
  roles: [{ role: release, artifact: foobar.tar.gz, sha256: "{{ foobar_sha256 }}" }]`,
  ],
  decisions: [
    {
      question: 'How a release gets its name',
      answer:
        'From its content: the first 12 digits of the SHA-256, or an id that may stand for one content only.',
      why: 'A name made of the time is another one in each run, so no run would ever find nothing to do.',
    },
    {
      question: 'How a release gets in place',
      answer:
        'Checked, unpacked into a temporary folder, written to disk, then renamed; `current` is a new link renamed over the old one.',
      why: 'A run that dies leaves no half release under a final name, and removing and making a link leaves a gap.',
    },
    {
      question: 'Which releases are removed',
      answer:
        'The oldest by the time of their switch beyond `keep`, never `current`, `previous` or one from which a process runs or has a file open.',
      why: 'A program resolved the link when it started: its files are those of the release of that time.',
    },
    {
      question: 'What a central place has to prove',
      answer: 'Nothing: hosts check the SHA-256 that the controller gives them before they unpack.',
      why: 'Whoever can write on the central host, or on the way, must not run code on all others.',
    },
  ],
  check: ({ params, fleet }) => [
    ...placeProblems(params),
    ...codebaseProblems(params.codebase, params.application, params, ['sha256'], fleet),
    ...(params.publish?.folder === undefined
      ? []
      : folderProblems(params.publish.folder, ['publish', 'folder'])),
    ...(params.publish !== undefined && params.sha256 === undefined
      ? [
          {
            path: ['publish'],
            message: `the archive '${params.artifact}' is to be published without sha256`,
            expected: 'sha256: the hosts that fetch it check it, and its name is made from it',
          },
        ]
      : []),
    ...(params.publish !== undefined && params.codebase.from === 'central'
      ? [
          {
            path: ['codebase', 'from'],
            message: 'the central place itself takes the archive from the controller',
            expected: 'local',
          },
        ]
      : []),
  ],
  connects: ({ params }) => codebaseEdges(params.codebase),
  tasks: ({ params, fleet }) => {
    const { application, artifact, sha256, id, owner, group } = params;
    const release = { artifact, ...(sha256 && { sha256 }), ...(id && { id }) };
    if (params.publish !== undefined) {
      const folder = params.publish.folder ?? `/srv/releases/${application}`;
      const current = publishedName(application, release, sha256 ?? '');
      const attributes = { mode: '0755', owner: 'root', group: 'root' };
      return [
        file(`Make ${folder}`, { path: folder, state: 'directory', ...attributes }),
        releasePublished(`Publish the archive of ${application}`, {
          ...release,
          file: `${folder}/${current}`,
        }),
        archivesPrune(`Remove old archives of ${application}`, {
          ...{ folder, application, current, keep: params.keep },
        }),
      ];
    }
    const delivery: Delivery = {
      place: params,
      release,
      codebase: params.codebase,
      fleet,
      ...{ owner, group, sharedOwner: { owner, group } },
    };
    return [
      ...folderTasks(delivery),
      ...unpackTasks(delivery),
      switchTask(delivery),
      pruneTask(delivery),
    ];
  },
});
