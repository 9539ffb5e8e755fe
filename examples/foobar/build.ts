import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildRelease } from './build/release.ts';

// `node examples/foobar/build.ts [--out DIR] [--overlay DIR] [--note TEXT]`: builds the artifact and
// prints {id, artifact, sha256, size} as JSON; `foobar.json` beside it says the same, for inventories.

const { values } = parseArgs({
  options: { out: { type: 'string' }, overlay: { type: 'string' }, note: { type: 'string' } },
});
const built = await buildRelease(values);
const line = `${JSON.stringify(built)}\n`;
writeFileSync(join(dirname(built.artifact), 'foobar.json'), line);
process.stdout.write(line);
