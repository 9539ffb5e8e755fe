import { readFileSync } from 'node:fs';
import module from 'node:module';

// `connect-alone.ts ADDRESS PORT KEY`: what rolecall's SSH library needs to log in as root and run `true`,
// compiled ahead as rolecall is.

module.enableCompileCache();
const { Client } = (await import('ssh2')).default;

const [host, port, key = ''] = process.argv.slice(2);
const client = new Client();
client.on('ready', () =>
  client.exec('true', (error, channel) => {
    if (error) throw error;
    channel.on('close', () => client.end());
    channel.resume();
  }),
);
client.connect({ host, port: Number(port), username: 'root', privateKey: readFileSync(key) });
