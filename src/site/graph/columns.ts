/** Something that takes one column in the rows `first` … `last`. */
export interface Block {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  /** Names of the blocks that it should stand close to. */
  readonly near: readonly string[];
  /** Stands right of those of its row that do not. */
  readonly aside: boolean;
}

/** The column of each block, in halves; no two blocks of a row are closer than 1. Leftmost is 0. */
export function columnsOf(blocks: readonly Block[]): Map<string, number> {
  const columns = new Map<string, number>();
  const inRow = (row: number) =>
    [...blocks.filter(({ aside }) => !aside), ...blocks.filter(({ aside }) => aside)].filter(
      ({ first, last }) => first <= row && row <= last,
    );
  const rows = [...new Set(blocks.flatMap(({ first, last }) => [first, last]))];
  const widest = rows.toSorted((a, b) => inRow(b).length - inRow(a).length || b - a)[0] ?? 1;
  for (const [index, block] of inRow(widest).entries()) columns.set(block.name, index);
  for (const row of rows.toSorted((a, b) => Math.abs(a - widest) - Math.abs(b - widest))) {
    placeRow(inRow(row), columns, blocks);
  }
  const left = Math.min(0, ...columns.values());
  return new Map([...columns].map(([name, column]) => [name, column - left]));
}

function placeRow(
  row: readonly Block[],
  columns: Map<string, number>,
  blocks: readonly Block[],
): void {
  const open = row.filter(({ name }) => !columns.has(name));
  if (open.length === 0) return;
  const middle = (Math.min(...columns.values()) + Math.max(...columns.values())) / 2;
  const wishes = open.map(({ near, aside }) => {
    const placed = near.flatMap((name) => columns.get(name) ?? []);
    if (aside && row.some((other) => !other.aside)) {
      return { at: Math.max(...columns.values()) + 1, weight: 0.01 };
    }
    if (placed.length === 0) return { at: middle, weight: 0.01 };
    return { at: placed.reduce((sum, at) => sum + at, 0) / placed.length, weight: placed.length };
  });
  const spread = spreadOut(wishes);
  for (const [index, block] of open.entries()) {
    columns.set(block.name, freeColumn(block, spread[index]!, columns, blocks));
  }
}

/** The positions nearest to the wishes that keep the order and a distance of 1, in halves. */
export function spreadOut(wishes: readonly { at: number; weight: number }[]): number[] {
  const pools: { sum: number; weight: number; size: number }[] = [];
  for (const [index, { at, weight }] of wishes.entries()) {
    pools.push({ sum: (at - index) * weight, weight, size: 1 });
    while (pools.length > 1 && mean(pools.at(-1)!) < mean(pools.at(-2)!)) {
      const last = pools.pop()!;
      const before = pools.pop()!;
      pools.push({
        sum: before.sum + last.sum,
        weight: before.weight + last.weight,
        size: before.size + last.size,
      });
    }
  }
  const shifts = pools.flatMap((pool) => Array<number>(pool.size).fill(mean(pool)));
  return shifts.map((shift, index) => Math.round(shift * 2) / 2 + index);
}

function mean({ sum, weight }: { sum: number; weight: number }): number {
  return sum / weight;
}

/** The nearest column in which nobody stands in any of the block's rows. */
function freeColumn(
  block: Block,
  wanted: number,
  columns: ReadonlyMap<string, number>,
  blocks: readonly Block[],
): number {
  const taken = blocks.flatMap((other) => {
    const column = columns.get(other.name);
    const apart = other.last < block.first || other.first > block.last;
    return column === undefined || apart ? [] : [column];
  });
  for (let distance = 0; ; distance += 0.5) {
    for (const column of [wanted + distance, wanted - distance]) {
      if (taken.every((other) => Math.abs(other - column) >= 1)) return column;
    }
  }
}
