import { existsSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { ContentFile } from './content.ts';

/**
 * The application with its packages as one ES module for Node 20. `overlay` has sources that stand
 * in for those at the same path below `source`.
 */
export async function bundle(
  source: string,
  overlay: readonly ContentFile[],
  note: string,
): Promise<Buffer> {
  for (const { path } of overlay) {
    if (existsSync(join(source, path))) continue;
    throw new Error(`overlay: there is no ${path} that it could stand in for`);
  }
  const { outputFiles } = await build({
    absWorkingDir: resolve(source, '../..'), // paths in the output are relative to it
    entryPoints: [join(source, 'server.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // Packages that are CommonJS load Node's own modules by require.
    banner: {
      js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
    },
    define: { FOOBAR_RELEASE_NOTE: JSON.stringify(note) },
    legalComments: 'eof',
    charset: 'utf8',
    write: false,
    logLevel: 'silent', // failures are thrown
    plugins: [overlayPlugin(source, overlay)],
  });
  return Buffer.from(outputFiles[0]!.contents);
}

function overlayPlugin(source: string, overlay: readonly ContentFile[]): Plugin {
  const files = new Map(overlay.map(({ path, data }) => [path, data]));
  return {
    name: 'overlay',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = files.get(relative(source, path).replaceAll(sep, '/'));
        return contents && { contents, loader: 'ts' };
      });
    },
  };
}
