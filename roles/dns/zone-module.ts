import {
  type Change,
  content,
  type Decision,
  defineModule,
  predict,
  sh,
  Type,
  taskOf,
} from 'rolecall';
import { serialIn, withSerial } from './zone-file.ts';

/** What `dnsZone` takes. */
export interface ZoneArgs {
  readonly zone: string;
  readonly path: string;
  /** The zone file with `@SERIAL@` in it. */
  readonly text: string;
  readonly atLeast?: number;
}

const args = Type.Object({
  zone: Type.String({ description: 'Name of the zone.' }),
  path: Type.String({ description: 'Its file.' }),
  text: Type.String({ description: 'What is in it, with @SERIAL@ for the serial.' }),
  atLeast: Type.Optional(Type.Integer({ description: 'The serial is not less than this.' })),
});

/**
 * Keeps a zone file. The serial stays while the rest stays, and goes up by one with a change. A zone that
 * is written for the first time begins at the time of day, so that a rebuilt host is ahead of what
 * secondaries have seen of it.
 */
export const zoneModule = defineModule({
  name: 'dns_zone',
  summary: 'Keeps a zone file, whose serial goes up when its content changes, and only then.',
  args,
  examples: [
    '- dns_zone:\n    zone: foobar.com\n    path: /etc/nsd/zones/foobar.com.zone\n    text: …',
  ],
  returns: { serial: 'The serial; unknown before the first writing.' },
  observe: ({ path }) => ({ file: content(path) }),
  decide: (given, { file }): Decision => decideZone(given, file.bytes?.toString()),
  decideUnknown: (given): Decision => decideZone(given, undefined),
});

export const dnsZone = taskOf<ZoneArgs>(zoneModule);

/** What is to be done about a zone file that holds `old`. */
export function decideZone(given: ZoneArgs, old: string | undefined): Decision {
  const { path, text, atLeast = 0 } = given;
  const serial = old === undefined ? undefined : serialIn(old);
  if (serial !== undefined && serial >= atLeast && old === withSerial(text, serial)) {
    return {
      kind: 'unchanged',
      reason: `${path} has this content, serial ${serial}`,
      result: { serial },
    };
  }
  const next = serial === undefined ? atLeast || undefined : Math.max(after(serial), atLeast);
  return change(given, old, serial, next);
}

const largest = 4_294_967_295;

/** Serials go round (RFC 1982). */
function after(serial: number): number {
  return serial >= largest ? 1 : serial + 1;
}

function change(
  { zone, path, text }: ZoneArgs,
  old: string | undefined,
  serial: number | undefined,
  next: number | undefined,
): Change {
  const shown = withSerial(text, next ?? '(time of writing)');
  const fixed = next === undefined ? undefined : withSerial(text, next);
  return {
    kind: 'change',
    summary: `${path}: serial ${serial ?? 'none'} → ${next ?? 'the time of writing'}`,
    diff: [{ header: path, before: old ?? '', after: shown }],
    apply: [{ script: writeZone(zone, path, next), stdin: Buffer.from(fixed ?? text) }],
    touches: [content(path)],
    predicts: fixed === undefined ? [] : [predict(content(path), { bytes: Buffer.from(fixed) })],
    ...(next === undefined ? { unknownResult: ['serial'] } : { result: { serial: next } }),
    verify: true,
  };
}

/** Checked by the server's own checker before it is in place, by one rename. */
function writeZone(zone: string, path: string, serial: number | undefined) {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const receive =
    serial === undefined ? sh`now=$(date +%s) && sed "s/@SERIAL@/$now/" >"$new"` : sh`cat >"$new"`;
  return sh`umask 022
mkdir -p ${folder} || exit 1
new=$(mktemp ${folder}/.rolecall-tmp.$$.XXXXXX) || exit 1
trap 'rm -f "$new"' EXIT
${receive} || exit 1
why=$(nsd-checkzone ${zone} "$new" 2>&1) || { echo "$why" >&2; exit 1; }
chmod 644 "$new" && sync "$new" && mv -f "$new" ${path}`;
}
