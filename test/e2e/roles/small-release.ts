import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A release of the small service below, as an archive on the controller. */
export interface TestRelease {
  readonly artifact: string;
  readonly sha256: string;
  readonly id: string;
}

/**
 * Builds a release that answers with its version, server and greeting. A broken one answers 503 at its
 * health path; one that `dies` ends instead of serving.
 */
export function buildRelease(
  folder: string,
  version: string,
  { healthy = true, dies = false }: { healthy?: boolean; dies?: boolean } = {},
): TestRelease {
  const content = mkdtempSync(join(tmpdir(), 'rolecall-release-'));
  try {
    writeFileSync(join(content, 'server.mjs'), server(version, healthy, dies));
    mkdirSync(join(content, 'static'));
    writeFileSync(join(content, 'static/version.txt'), `${version}\n`);
    const artifact = join(folder, `small-${version}.tar.gz`);
    execFileSync('tar', ['-czf', artifact, '-C', content, '.']);
    const sha256 = createHash('sha256').update(readFileSync(artifact)).digest('hex');
    return { artifact, sha256, id: sha256.slice(0, 12) };
  } finally {
    rmSync(content, { recursive: true });
  }
}

function server(version: string, healthy: boolean, dies: boolean): string {
  return `import { createServer } from 'node:http';
import { appendFileSync } from 'node:fs';
if (process.argv[2] === 'migrate') {
  console.log('migrated to ${version}');
  appendFileSync('uploads/migrations.log', '${version} ' + process.env.TOKEN + '\\n');
  process.exit(0);
}
${dies ? "console.error('cannot find my configuration'); process.exit(3);" : ''}
let stopping = false;
const server = createServer((request, response) => {
  const broken = stopping || ${!healthy};
  if (request.url === '/healthz') {
    response.writeHead(broken ? 503 : 200).end(broken ? 'the database does not answer' : 'fine');
    return;
  }
  response.setHeader('X-Served-By-App', process.env.APP_SERVER);
  response.end(JSON.stringify({
    version: '${version}', server: process.env.APP_SERVER, greeting: process.env.GREETING,
    token: process.env.TOKEN, pid: process.pid,
  }));
});
server.listen(Number(process.env.PORT), process.env.HOST);
process.on('SIGTERM', () => { stopping = true; server.close(() => process.exit(0)); });
`;
}
