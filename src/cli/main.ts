import { readFileSync } from 'node:fs';

// Nothing else is loaded for --version: it is asked by scripts, often.
const words = process.argv.slice(2);
if (words[0] === '--version' || words[0] === '-V') {
  process.stdout.write(`rolecall ${ownVersion()}\n`);
} else {
  const { main } = await import('./program.ts');
  process.exitCode = await main(words);
}

function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
