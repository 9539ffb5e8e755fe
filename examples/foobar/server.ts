import { readConfig, readPrimaryConfig } from './src/config.ts';
import { messageOf } from './src/database/failures.ts';
import { MysqlServer } from './src/database/mysql-server.ts';
import { ConfigError } from './src/environment.ts';
import { migrate } from './src/migrate.ts';
import { migrations } from './src/migrations.ts';
import { readRelease } from './src/release.ts';
import { serve } from './src/serve.ts';

// `node server.mjs` serves; `node server.mjs migrate` brings the tables up to date and ends.

/** As sysexits.h has it: systemd shows 78 as CONFIG. */
const wrongUsage = 64;
const wrongConfig = 78;

const [command = 'serve', ...rest] = process.argv.slice(2);
try {
  if (rest.length > 0 || !['serve', 'migrate'].includes(command)) {
    process.stderr.write('usage: server.mjs [serve | migrate]\n');
    process.exit(wrongUsage);
  }
  if (command === 'migrate') await migrateAndTell();
  else await serve(readConfig(process.env), readRelease(import.meta.dirname));
  process.exit(0);
} catch (error) {
  process.stderr.write(`foobar: ${messageOf(error).replaceAll('\n', '\nfoobar: ')}\n`);
  process.exit(error instanceof ConfigError ? wrongConfig : 1);
}

async function migrateAndTell(): Promise<void> {
  const config = readPrimaryConfig(process.env);
  const primary = new MysqlServer(config.primary, config);
  const made = await migrate(primary, migrations);
  await primary.end();
  const lines = made.length > 0 ? made.map((id) => `made ${id}`) : ['nothing to do'];
  process.stdout.write(`${lines.join('\n')}\n`);
}
