import { describe, expect, test } from 'vitest';
import { decideZone, type ZoneArgs, zoneModule } from '../../../roles/dns/zone-module.ts';

const text = 'x SOA a b (\n    @SERIAL@ ; serial\n)\nwww A 1.1.1.1\n';
const given: ZoneArgs = { zone: 'x', path: '/etc/nsd/zones/x.zone', text };
const written = (serial: number, www = '1.1.1.1') =>
  text.replace('@SERIAL@', String(serial)).replace('1.1.1.1', www);

describe('the serial', () => {
  test.each<[string, string, number | undefined, number]>([
    ['stays while the content stays', written(7), undefined, 7],
    ['stays where it is more than asked for', written(7), 6, 7],
    ['stays where it is as asked for', written(7), 7, 7],
  ])('%s', (_, old, atLeast, serial) => {
    expect(decideZone({ ...given, atLeast }, old)).toMatchObject({
      kind: 'unchanged',
      result: { serial },
    });
  });

  test.each<[string, string, number | undefined, number]>([
    ['goes up by one with the content', written(7, '2.2.2.2'), undefined, 8],
    ['goes up to what is asked for', written(7), 100, 100],
    ['goes up to what is asked for with the content', written(7, '2.2.2.2'), 100, 100],
    ['goes up by one where that is more', written(200, '2.2.2.2'), 100, 201],
    ['goes round', written(4_294_967_295, '2.2.2.2'), undefined, 1],
    ['begins with what is asked for in a foreign file', 'foreign', 5, 5],
  ])('%s', (_, old, atLeast, serial) => {
    const decision = decideZone({ ...given, atLeast }, old);
    expect(decision).toMatchObject({ kind: 'change', result: { serial }, verify: true });
    expect(payloadOf(decision)).toBe(written(serial));
  });

  test.each<[string, string | undefined]>([
    ['no file', undefined],
    ['a foreign file', 'foreign'],
  ])('begins with the time of day: %s', (_, old) => {
    const decision = decideZone(given, old);
    expect(decision).toMatchObject({ kind: 'change', predicts: [], unknownResult: ['serial'] });
    expect(payloadOf(decision)).toBe(text);
    expect(scriptOf(decision)).toContain('date +%s');
  });

  test('what is predicted is what is then unchanged', () => {
    const decision = decideZone(given, written(7, '2.2.2.2'));
    const [prediction] = decision.kind === 'change' ? decision.predicts : [];
    const { bytes } = prediction!.state as { bytes: Buffer };
    expect(decideZone(given, bytes.toString()).kind).toBe('unchanged');
  });
});

test('a file is in place only after the checker of the server has read it', () => {
  const script = scriptOf(decideZone(given, written(1, '2.2.2.2')));
  const steps = ['mktemp', 'nsd-checkzone x "$new"', 'mv -f "$new" /etc/nsd/zones/x.zone'];
  expect(steps.map((step) => script.indexOf(step))).toEqual(
    steps.map((step) => script.indexOf(step)).toSorted((a, b) => a - b),
  );
  expect(script).not.toContain('date');
  expect(steps.every((step) => script.includes(step))).toBe(true);
});

test('before the package is there, the zone is to be written', () => {
  expect(zoneModule.decideUnknown!({ ...given }, {})).toMatchObject({ kind: 'change' });
});

function payloadOf(decision: ReturnType<typeof decideZone>): string {
  return decision.kind === 'change' ? String(decision.apply[0]!.stdin) : '';
}

function scriptOf(decision: ReturnType<typeof decideZone>): string {
  return decision.kind === 'change' ? decision.apply[0]!.script.text : '';
}
