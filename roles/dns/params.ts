import { type Static, Type } from 'rolecall';

/** At most 2³¹ − 1 seconds, as RFC 2181 has it. */
const ttl = '^(0s|[1-9][0-9]{0,6}[sm]|[1-9][0-9]{0,3}[hd]|[1-9][0-9]{0,2}w)$';

const time = (description: string, given: string) =>
  Type.String({ pattern: ttl, default: given, description });

const record = Type.Object({
  name: Type.String({
    pattern:
      '^(@|(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*|\\*)$',
    description: 'Name within the zone: `www`, `@` for the zone itself, `*.apps`.',
  }),
  type: Type.Union(
    [
      Type.Literal('A'),
      Type.Literal('AAAA'),
      Type.Literal('CNAME'),
      Type.Literal('MX'),
      Type.Literal('TXT'),
    ],
    { default: 'A', description: 'What it tells.' },
  ),
  value: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 4000,
      pattern: '^[^\\x00-\\x1f\\x7f]+$',
      description:
        'An address or a host of the inventory (A, AAAA), a name (CNAME), `10 mail` (MX), any text (TXT). Names without a dot at the end are within the zone.',
    }),
  ),
  role: Type.Optional(
    Type.String({ description: 'Instead: the addresses of all hosts with this role.' }),
  ),
  group: Type.Optional(
    Type.String({ description: 'Instead: the addresses of all hosts of this group.' }),
  ),
  ttl: Type.Optional(
    Type.String({
      pattern: ttl,
      description: 'How long others may keep it, if not as the zone says.',
    }),
  ),
});

const nameserver = Type.Object({
  name: Type.String({
    pattern:
      '^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\\.?$',
    description: 'Its name, within the zone unless a dot ends it.',
  }),
  address: Type.Optional(
    Type.String({
      description: 'Its address, or a host of the inventory; needed for a name within the zone.',
    }),
  ),
});

export const params = Type.Object({
  zone: Type.String({
    pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$',
    maxLength: 240,
    description: 'The domain it answers for: `foobar.com`.',
  }),
  records: Type.Array(record, {
    minItems: 1,
    description:
      'What it answers. SOA, NS and the addresses of the name servers are made by the role.',
  }),
  ttl: time(
    'How long others may keep an answer; also how long a change takes to reach everybody.',
    '5m',
  ),
  negativeTtl: time('How long others may keep that a name does not exist.', '5m'),
  nameservers: Type.Optional(
    Type.Array(nameserver, {
      minItems: 1,
      description:
        'The name servers of the zone, the primary first. By default all hosts with this role and zone, as ns1, ns2, …',
    }),
  ),
  contact: Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9.-]*(@[A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9])?$',
    default: 'hostmaster',
    description: 'Mail address of who is responsible; without @ it is one within the zone.',
  }),
  serial: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 4_294_967_295,
      description: 'The serial is at least this: for a zone that comes from another server.',
    }),
  ),
  listen: Type.Array(Type.String({ description: 'An address of the host.' }), {
    default: [],
    description:
      'Addresses of the host that it listens on; all when empty. Needed beside another server on port 53 (systemd-resolved).',
  }),
  allowQuery: Type.Array(Type.String({ description: 'An address or network.' }), {
    default: [],
    description: 'Addresses and networks that may ask; everybody when empty.',
  }),
  secondaries: Type.Array(Type.String({ description: 'An address or a host.' }), {
    default: [],
    description:
      'Addresses, or hosts of the inventory, that may fetch the whole zone and are told of changes.',
  }),
});

export type Params = Static<typeof params>;
export type ZoneRecord = Params['records'][number];
