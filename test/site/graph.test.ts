import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainNeed } from '../../src/site/graph/buses.ts';
import { spreadOut } from '../../src/site/graph/columns.ts';
import { labelWidth } from '../../src/site/graph/label-place.ts';
import { type Layout, layoutOf } from '../../src/site/graph/layout.ts';
import { measures } from '../../src/site/graph/measures.ts';
import { siteMermaid } from '../../src/site/graph/mermaid.ts';
import type { Frame } from '../../src/site/graph/placement.ts';
import { boxSpan, columnX } from '../../src/site/graph/spans.ts';
import { siteSvg } from '../../src/site/graph/svg.ts';
import type { SiteModel } from '../../src/site/model.ts';
import {
  app,
  balancer,
  data,
  database,
  dns,
  edges,
  endpoint,
  infrastructures,
  release,
  role,
  site,
  web,
} from './infrastructures.ts';

const front = role('web', {
  endpoints: [endpoint(80, { name: 'http', purpose: 'web pages', reach: 'public' })],
});
const backedUp = role('database', {
  edges: edges(['store'], { port: 22, protocol: 'tcp', purpose: 'backups', need: 'backup' }),
});

const more: Record<string, SiteModel> = {
  'a single host': site({ only: [web([])] }),
  'no roles at all': site({ a: [], b: [] }),
  'wide and deep': site({
    ns1: [dns()],
    ns2: [dns()],
    lb1: [balancer(['w1', 'w2', 'w3', 'w4', 'w5'])],
    lb2: [balancer(['w1', 'w2', 'w3', 'w4', 'w5'])],
    ...Object.fromEntries(
      [1, 2, 3, 4, 5].map((n) => [`w${n}`, [web(['a1', 'a2', 'a3']), release('code')]]),
    ),
    a1: [app('d1', ['d2', 'd3'])],
    a2: [app('d1', ['d2', 'd3'])],
    a3: [app('d1', ['d2', 'd3'])],
    d1: [database(), data('store:/srv')],
    d2: [database('d1')],
    d3: [database('d1')],
    code: [role('code', { endpoints: [endpoint(8080)] })],
  }),
  'backups to a host without a role': site({
    w: [{ ...front, edges: app('d1', ['d2']).edges }],
    d1: [database(), backedUp],
    d2: [database('d1'), backedUp],
    store: [],
  }),
  'pairs side by side': site({
    l: [balancer(['w', 'v'])],
    w: [web(['a'])],
    v: [web(['b'])],
    a: [app('d', ['d'])],
    b: [app('d', ['d'])],
    d: [database()],
  }),
};
const models = Object.entries({ ...infrastructures, ...more });

describe('rows', () => {
  test.each<[string, string[]]>([
    ['active-passive', ['lb1', 'web1 web2', 'app1', 'code1 db1 db2']],
    [
      'full-stack-pair',
      ['server3', 'server1 server2', 'server1 server2', 'server1 server2 server4'],
    ],
    ['split-tiers', ['lb1', 'web1', 'app1', 'db1 db2']],
    ['three-algorithms', ['lb1', 'server1 server2', 'server1 server2', 'db1 db2 db3']],
    ['foobar', ['dns1 lb1', 'web1 web2', 'app1 app2', 'db1 db2 db3']],
  ])('%s', (name, rows) => {
    const { placement } = layoutOf(infrastructures[name]!);
    const found = rows.map((_, index) =>
      placement.frames
        .filter(({ boxes }) => boxes.some(({ row }) => row === index + 1))
        .map(({ host }) => host.name)
        .join(' '),
    );
    expect(found).toEqual(rows);
    expect(placement.rows).toBe(rows.length);
  });
});

describe('columns', () => {
  test.each<[string, { at: number; weight: number }[], number[]]>([
    ['wishes that fit are granted', wishes(0, 2), [0, 2]],
    ['the same wish is shared', wishes(1, 1), [0.5, 1.5]],
    ['three', wishes(1, 1, 1), [0, 1, 2]],
    ['order is kept', wishes(2, 0), [0.5, 1.5]],
    [
      'who knows better decides',
      [
        { at: 1, weight: 0.01 },
        { at: 1, weight: 2 },
      ],
      [0, 1],
    ],
    ['nobody', [], []],
  ])('%s', (_, given, expected) => {
    expect(spreadOut(given)).toEqual(expected);
  });

  test('never closer than 1', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ at: fc.integer({ min: 0, max: 6 }), weight: fc.integer({ min: 1, max: 4 }) }),
        ),
        (given) => {
          const columns = spreadOut(given);
          for (const [index, column] of columns.slice(1).entries()) {
            expect(column - columns[index]!).toBeGreaterThanOrEqual(1);
          }
        },
      ),
    );
  });
});

describe.each(models)('the picture of %s', (name, model) => {
  const layout = layoutOf(model);
  const svg = siteSvg(model, name);

  test('frames do not overlap', () => {
    const frames = layout.placement.frames.map((frame) => frameArea(frame, layout));
    expect(pairs(frames).filter(([a, b]) => meet(a, b))).toEqual([]);
  });

  test('no line runs through a role or a title', () => {
    expect(linesThrough(layout)).toEqual([]);
  });

  test('labels are apart from each other and inside', () => {
    const labels = layout.routed.map(({ bus, label }) => ({
      left: label.x - labelWidth(bus.label) / 2,
      right: label.x + labelWidth(bus.label) / 2,
      top: label.y - 8,
      bottom: label.y + 8,
    }));
    expect(pairs(labels).filter(([a, b]) => meet(a, b))).toEqual([]);
    expect(labels.filter(({ left, right }) => left < 0 || right > layout.width)).toEqual([]);
  });

  test('two buses never share a stretch of line', () => {
    const stretches = layout.routed.flatMap(({ bus, routes }) =>
      routes.flatMap(({ points }) =>
        points.slice(1).map((point, index) => ({ bus, from: points[index]!, to: point })),
      ),
    );
    const shared = pairs(stretches).filter(([a, b]) => a.bus !== b.bus && lieOnEachOther(a, b));
    expect(shared.map(([a, b]) => `${a.bus.label} and ${b.bus.label}`)).toEqual([]);
  });

  test('is whole XML that needs nothing from outside', () => {
    expect(unclosed(svg)).toEqual([]);
    expect(svg).not.toMatch(/href|url\(|<script|<image|@import|NaN|undefined/);
    expect(svg).toContain(`<title>${name}: `);
  });

  test('names every host', () => {
    for (const { name: host } of model.hosts) expect(svg).toContain(`>${host}</text>`);
  });
});

test.each([
  ['upstream app', 'app'],
  ['requests to upstream app', 'app'],
  ['requests for web', 'web'],
  ['writes', 'writes'],
  ['upstream ', 'upstream '],
])('the need %j is shown as %j', (need, shown) => {
  expect(plainNeed(need)).toBe(shown);
});

test('any site can be drawn: frames apart, no line through a role or a title', () => {
  const hostNames = ['a', 'b', 'c', 'd', 'e'];
  const anyEdge = fc.record({
    to: fc.constantFrom(...hostNames, 'elsewhere'),
    role: fc.option(fc.constantFrom('r1', 'r2', 'r3'), { nil: undefined }),
    port: fc.constantFrom(80, 3306),
    protocol: fc.constant('tcp' as const),
    purpose: fc.constant('something'),
    need: fc.constantFrom('x', 'y', 'replication', 'code base', 'backup'),
    standby: fc.boolean(),
  });
  const anyEndpoint = fc.record({
    name: fc.constant('p'),
    port: fc.constantFrom(53, 80, 3306),
    protocol: fc.constantFrom('tcp' as const, 'udp' as const),
    purpose: fc.constant('something'),
    reach: fc.constantFrom('loopback' as const, 'fleet' as const, 'public' as const),
  });
  const anyRoles = fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('r1', 'r2', 'r3'),
      endpoints: fc.array(anyEndpoint, { maxLength: 2 }),
      edges: fc.array(anyEdge, { maxLength: 4 }),
      provisions: fc.constant([]),
    }),
    { selector: ({ name }) => name, maxLength: 3 },
  );
  fc.assert(
    fc.property(fc.tuple(anyRoles, anyRoles, anyRoles, anyRoles, anyRoles), (roles) => {
      const model = site(Object.fromEntries(hostNames.map((name, at) => [name, roles[at]!])));
      const layout = layoutOf(model);
      const frames = layout.placement.frames.map((frame) => frameArea(frame, layout));
      expect(pairs(frames).filter(([a, b]) => meet(a, b))).toEqual([]);
      expect(linesThrough(layout)).toEqual([]);
      expect(siteSvg(model, 'any')).not.toMatch(/NaN|undefined|Infinity/);
    }),
    { numRuns: 150 },
  );
});

describe('what the picture says', () => {
  const svg = siteSvg(infrastructures.foobar!, 'foobar');

  test.each([
    '9 hosts, 3 single points of failure',
    '>without it nothing works<',
    '>without it no names<',
    '>without it no writes<',
    '>primary<',
    '>replica<',
    '>writes · 3306/tcp<',
    '>names · 53/udp<',
    '>80 http · 8404 stats (local)<',
    '>only if the others fail<',
    'db2/database, db3/database copy from db1/database, 3306/tcp',
  ])('%s', (words) => {
    expect(svg).toContain(words);
  });

  test('who fetches releases, whatever its role, is one bus', () => {
    const from = { ...release('code').edges[0]! };
    const layout = layoutOf(
      site({
        w: [front, release('code')],
        a: [role('app', { endpoints: [endpoint(3000)], edges: [from] })],
        code: [role('code', { endpoints: [endpoint(8080), endpoint(81, { name: 'http-81' })] })],
      }),
    );
    const code = layout.buses.filter(({ kind }) => kind === 'code');
    expect(code.map(({ sources }) => sources.length)).toEqual([2]);
  });

  test('a port is not named twice', () => {
    const twice = endpoint(8080, { name: 'http-8080' });
    expect(siteSvg(site({ w: [role('web', { endpoints: [twice] })] }), 'x')).toContain(
      '>8080 http<',
    );
  });

  test('only what occurs is in the legend', () => {
    const plain = siteSvg(site({ w: [front], v: [front] }), 'two');
    expect(plain).toContain('no single point of failure');
    expect(plain).toContain('>requests<');
    expect(plain).not.toMatch(/only if the others fail|replication|fetches releases/);
  });

  test('a host without a typed role says so', () => {
    expect(siteSvg(site({ w: [front], other: [] }), 'x')).toContain('>no typed role<');
  });

  test('names are text, whatever is in them', () => {
    const odd = siteSvg(
      site({ 'a<b&"c"': [role('<script>', { ...front, name: '<script>' })] }),
      '&',
    );
    expect(unclosed(odd)).toEqual([]);
    expect(odd).toContain('a&lt;b&amp;&quot;c&quot;');
    expect(odd).not.toContain('<script>');
  });
});

describe('Mermaid', () => {
  test('a small site in full', () => {
    const model = site({
      lb1: [balancer(['web1', { to: 'web2', standby: true }])],
      web1: [web([]), release()],
      web2: [web([])],
    });
    expect(siteMermaid(model)).toBe(`flowchart TB
  client(["client"])
  subgraph h1["lb1 · 192.0.2.10"]
    r1["load-balancer<br/>80 http · 8404 stats<br/>⚠ single point: everything"]
  end
  subgraph h2["web1 · 192.0.2.11 · release"]
    r2["web<br/>80 http"]
  end
  subgraph h3["web2 · 192.0.2.12"]
    r3["web (standby)<br/>80 http"]
  end
  client -->|"web pages · 80/tcp"| r1
  r1 -->|"web · 80/tcp"| r2
  r1 -.->|"web · 80/tcp"| r3
  classDef single fill:#fdeee7,stroke:#b8380b,stroke-width:2px,color:#1d2733
  class r1 single
`);
  });

  test('replication is thick, a role that is not drawn asks for its host', () => {
    const text = siteMermaid(infrastructures['active-passive']!);
    expect(text).toMatch(/ ==>\|"replication · 3306\/tcp"\| /);
    expect(text).toMatch(/ & \w+ & \w+ -->\|"releases · 8080\/tcp"\| /);
    expect(text).not.toContain('undefined');
  });

  test('quotes and brackets in names do no harm', () => {
    expect(siteMermaid(site({ 'a"]<b>#1': [front] }))).toContain('subgraph h1["a#quot;] b #35;1 ·');
  });
});

interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function wishes(...at: number[]) {
  return at.map((one) => ({ at: one, weight: 1 }));
}

function frameArea(frame: Frame, { levels }: Layout): Area {
  const half = measures.frame.width / 2;
  return {
    left: columnX(frame.column) - half,
    right: columnX(frame.column) + half,
    top: levels.top[frame.first]! - measures.frame.title,
    bottom: levels.bottom[frame.last]! + measures.frame.padding,
  };
}

function titleArea(frame: Frame, layout: Layout): Area {
  const area = frameArea(frame, layout);
  return { ...area, bottom: area.top + measures.frame.title };
}

function boxAreas(frame: Frame, { levels }: Layout): Area[] {
  return frame.boxes.map((box) => {
    const beside = frame.boxes.filter(({ row }) => row === box.row);
    const { x, width } = boxSpan(frame, beside.indexOf(box), beside.length);
    return {
      left: x,
      right: x + width,
      top: levels.top[box.row]!,
      bottom: levels.bottom[box.row]!,
    };
  });
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function segmentArea(from: Point, to: Point): Area {
  return {
    left: Math.min(from.x, to.x),
    right: Math.max(from.x, to.x),
    top: Math.min(from.y, to.y),
    bottom: Math.max(from.y, to.y),
  };
}

/** Labels of the lines that run through a role box or the title of a host. */
function linesThrough(layout: Layout): string[] {
  const areas = layout.placement.frames.flatMap((frame) => [
    titleArea(frame, layout),
    ...boxAreas(frame, layout),
  ]);
  return layout.routed.flatMap(({ bus, routes }) =>
    routes.flatMap(({ points }) =>
      points
        .slice(1)
        .flatMap((point, index) =>
          areas
            .filter((area) => meet(area, segmentArea(points[index]!, point)))
            .map(() => bus.label),
        ),
    ),
  );
}

/** Touching is not meeting. */
function meet(a: Area, b: Area): boolean {
  const inner = 0.5;
  return (
    a.left + inner < b.right &&
    b.left + inner < a.right &&
    a.top + inner < b.bottom &&
    b.top + inner < a.bottom
  );
}

function lieOnEachOther(a: { from: Point; to: Point }, b: { from: Point; to: Point }): boolean {
  const isVertical = a.from.x === a.to.x;
  if (isVertical !== (b.from.x === b.to.x)) return false;
  const [one, other] = [segmentArea(a.from, a.to), segmentArea(b.from, b.to)];
  if (isVertical) {
    return (
      Math.abs(a.from.x - b.from.x) < 3 &&
      Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1
    );
  }
  return (
    Math.abs(a.from.y - b.from.y) < 3 &&
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1
  );
}

function pairs<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((item, index) =>
    items.slice(index + 1).map((other): [T, T] => [item, other]),
  );
}

/** Elements that are not closed, or closed in the wrong order; and ampersands that are not escaped. */
function unclosed(xml: string): string[] {
  const open: string[] = [];
  for (const [, end, name = '', rest = ''] of xml.matchAll(
    /<(\/?)([\w]+)((?:[^<>"]|"[^"<]*")*)>/g,
  )) {
    if (end) {
      if (open.pop() !== name) return [`</${name}>`];
    } else if (!rest.endsWith('/')) open.push(name);
  }
  return [...open, ...(xml.match(/&(?!amp;|lt;|gt;|quot;)/g) ?? [])];
}
