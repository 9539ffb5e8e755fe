import { Type } from 'rolecall';

/** A name for folders, files and units. */
export const namePattern = '^[a-z][a-z0-9-]{0,30}$';

/** What a release is, in one object or as parameters of their own. */
export const releaseParameters = {
  artifact: Type.String({
    description:
      'The archive (tar, packed in any way that the host can unpack) on the controller, searched like `src` of copy. With the code base in a central place only its name counts.',
    minLength: 1,
  }),
  sha256: Type.Optional(
    Type.String({
      description:
        'SHA-256 of the archive in hex. It is checked before anything is unpacked; needed where the code base is in a central place.',
      pattern: '^[0-9a-f]{64}$',
    }),
  ),
  id: Type.Optional(
    Type.String({
      description:
        'Name of the release, for one content only. By default the first 12 digits of the SHA-256.',
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
    }),
  ),
};

/** Where releases are kept and what belongs to none of them. */
export const placeParameters = {
  application: Type.String({
    description: 'Name of the application: of its folder, and of its unit where it runs.',
    pattern: namePattern,
  }),
  root: Type.Optional(
    Type.String({
      description:
        'Folder of the application: `releases`, `shared` and `current` are in it. By default `/srv/APPLICATION`.',
    }),
  ),
  shared: Type.Array(Type.String({ description: 'Path within the release.' }), {
    description:
      'Folders that outlive releases (`uploads`): each release gets a link to the one below `shared`.',
    default: [],
  }),
  keep: Type.Integer({
    description:
      'How many releases stay on the host, the newest by the time of their switch. Those in use stay in any case.',
    minimum: 2,
    default: 5,
  }),
};

export const codebaseParameter = Type.Object(
  {
    from: Type.Union([Type.Literal('local'), Type.Literal('central')], {
      description:
        'local: the controller sends the archive. central: hosts fetch it from one host by HTTP and check its SHA-256.',
      default: 'local',
    }),
    host: Type.Optional(
      Type.String({ description: 'For central: the host of the inventory that publishes it.' }),
    ),
    port: Type.Integer({
      description: 'For central: the port on which it serves files.',
      minimum: 1,
      maximum: 65535,
      default: 8080,
    }),
    path: Type.Optional(
      Type.String({
        description: 'For central: path of the folder in addresses. By default `/APPLICATION`.',
        pattern: '^(/[A-Za-z0-9._~-]+)*$',
      }),
    ),
  },
  { description: 'Where hosts take the archive from.', default: {} },
);

export interface ReleaseGiven {
  readonly artifact: string;
  readonly sha256?: string;
  readonly id?: string;
}

export interface CodebaseGiven {
  readonly from: 'local' | 'central';
  readonly host?: string;
  readonly port: number;
  readonly path?: string;
}

export interface PlaceGiven {
  readonly application: string;
  readonly root?: string;
  readonly shared: readonly string[];
  readonly keep: number;
}

/** The folder of the application, without a slash at the end. */
export function rootOf({ application, root }: Pick<PlaceGiven, 'application' | 'root'>): string {
  return (root ?? `/srv/${application}`).replace(/\/+$/, '');
}
