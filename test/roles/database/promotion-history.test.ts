import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gtidText, size } from '../../../roles/database/promotion-gtid.ts';
import { surplus } from '../../../roles/database/promotion-history.ts';

/** What the first server has beyond the second, and the domains about which nothing can be said. */
function beyond(own: string, of: string): string {
  const { set, untold } = surplus(
    'mariadb',
    { executed: '', history: own },
    { executed: '', history: of },
  );
  return [gtidText(set), ...untold.map((domain) => `domain ${domain}?`)].join(' ');
}

test.each([
  ['nothing', '', '0-1-5', ''],
  ['the same', '0-1-5', '0-1-5', ''],
  ['a part', '0-1-5', '0-1-7', ''],
  ['more', '0-1-7', '0-1-5', '0-1:6-7'],
  ['another wrote on', '0-1-5', '0-1-5,0-2-9', ''],
  ['both wrote on, the other more', '0-1-7', '0-1-5,0-2-9', '0-1:6-7'],
  ['a server of long ago that the other never met', '0-3-4,0-1-7', '0-1-7,0-2-9', ''],
  ['the same, and rows of its own', '0-3-4,0-1-8', '0-1-7,0-2-9', '0-1:8'],
  ['said twice', '0-1-5,0-1-7', '0-1-7,0-1-6', ''],
  ['two that wrote here', '0-1-7,0-4-9', '0-1-5,0-2-9', '0-1:6-7,0-4:6-9'],
  ['a domain each', '0-1-7,1-1-3', '0-1-7,1-1-2', '1-1:3'],
  ['a domain of its own', '0-1-7,1-1-3', '0-1-7', '1-1:1-3'],
  ['nobody known to both', '0-1-7', '0-2-9', '0-1:1-7 domain 0?'],
  ['everything, to one that is empty', '0-1-7', '', '0-1:1-7'],
])('MariaDB: %s (%j, %j)', (_, own, of, expected) => {
  expect(beyond(own, of)).toBe(expected);
});

test('MySQL lists what is missing', () => {
  const states = [{ executed: 'a:1-9,b:1' }, { executed: 'a:1-5' }].map((one) => ({
    ...one,
    history: '',
  }));
  expect(gtidText(surplus('mysql', states[0]!, states[1]!).set)).toBe('a:6-9,b:1');
});

test('histories that part: what only one has is found, however long the other went on', () => {
  const writers = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 30 });
  const more = fc.integer({ min: 0, max: 10 });
  fc.assert(
    fc.property(writers, more, more, (shared, own, others) => {
      const state = (server: number, count: number) => {
        const all = [...shared, ...Array.from({ length: count }, () => server)];
        const last = new Map(all.map((writer, index) => [writer, index + 1]));
        return { executed: '', history: [...last].map(([id, n]) => `0-${id}-${n}`).join() };
      };
      const { set, untold } = surplus('mariadb', state(8, own), state(9, others));
      expect([size(set), untold]).toEqual([own, []]);
    }),
  );
});
