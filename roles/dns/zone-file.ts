import type { RoleContext } from 'rolecall';
import { absolute, isWithin, mailbox, seconds } from './names.ts';
import type { Params } from './params.ts';
import { addressType, nameServers, valuesOf } from './records.ts';

/** Stands where the serial goes. */
export const serialMark = '@SERIAL@';

const refresh = 3600;
const retry = 900;
const expire = 1_209_600;

/** The zone file, all but its serial. */
export function zoneFile(context: RoleContext<Params>): string {
  const { zone, ttl, negativeTtl, contact, records } = context.params;
  const servers = nameServers(context);
  const primary = servers[0]?.name ?? `${zone}.`;
  const glue = servers.flatMap(({ name, address }) =>
    address && isWithin(name, zone) ? [[name, '', addressType(address)!, address]] : [],
  );
  const rows = [
    ...servers.map(({ name }) => [`${zone}.`, '', 'NS', name]),
    ...glue,
    ...records.flatMap((record) =>
      valuesOf(record, context).map((value) => [
        absolute(record.name, zone),
        record.ttl === undefined ? '' : String(seconds(record.ttl)),
        record.type,
        value,
      ]),
    ),
  ];
  const lines = [
    '; Written by rolecall (role dns). Changes are overwritten.',
    `$ORIGIN ${zone}.`,
    `$TTL ${seconds(ttl)}`,
    `${zone}. IN SOA ${primary} ${mailbox(contact, zone)} (`,
    `    ${serialMark} ; serial`,
    `    ${refresh} ; refresh`,
    `    ${retry} ; retry`,
    `    ${expire} ; expire`,
    `    ${seconds(negativeTtl)} ) ; negative answers`,
    ...rows.map(
      ([name, own, type, value]) => `${[name, own, 'IN', type].filter(Boolean).join(' ')} ${value}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** The serial that a zone file of this role has. */
export function serialIn(text: string): number | undefined {
  const found = /^\s+(\d{1,10}) ; serial$/m.exec(text);
  return found ? Number(found[1]) : undefined;
}

/** The zone file with a serial in it. */
export function withSerial(text: string, serial: number | string): string {
  return text.replace(serialMark, String(serial));
}
