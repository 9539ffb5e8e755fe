import { once } from 'node:events';
import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { gatherWrites } from '../../src/connection/gather-writes.ts';

type Chunks = { chunk: Buffer }[];

test('what is written in one turn goes out as one, in order; what ends it goes with it', async () => {
  const sent: string[] = [];
  const stream = gatherWrites(
    new Writable({
      writev: (chunks: Chunks, done) => {
        sent.push(chunks.map(({ chunk }) => chunk.toString()).join(','));
        done();
      },
    }),
  );
  for (const piece of ['a', 'b', 'c']) stream.write(piece);
  expect(sent).toEqual([]);
  await turn();
  stream.write('d');
  await turn();
  stream.write('e');
  stream.end('f');
  await once(stream, 'finish');
  expect(sent).toEqual(['a,b,c', 'd', 'e,f']);
});
