import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { compiledValidators } from './validators.ts';

// Bundles the program into a folder, `dist` by default: a thousand small files take longer to load than
// most runs.
//
//   node src/cli/build/bundle.ts [FOLDER]
//
//   rolecall.cjs   program and public API; CommonJS, so that each module is evaluated when it is needed
//   index.js       the public API as roles import it
//   sources.json   what it was made of: the launcher of a checkout sees whether it is up to date

const root = resolve(import.meta.dirname, '../../..');
const folder = resolve(process.argv[2] ?? join(root, 'dist'));
const files = ['rolecall.cjs', 'index.js', 'sources.json'] as const;
const made = join(folder, `.${process.pid}`);

/** Validators of module arguments are compiled here; ajv is left for what a site brings of its own. */
const schemas: Plugin = {
  name: 'schemas',
  setup(build) {
    build.onLoad({ filter: /src\/schema\/compiled\.ts$/ }, async () => ({
      contents: await compiledValidators(),
      resolveDir: root,
    }));
    build.onResolve({ filter: /^ajv$/ }, ({ pluginData }) =>
      pluginData === 'ajv' ? undefined : { path: 'ajv', namespace: 'when-needed' },
    );
    build.onLoad({ filter: /./, namespace: 'when-needed' }, () => ({
      contents: "module.exports = { get Ajv() { return require('ajv').Ajv; } };",
      resolveDir: root,
      pluginData: 'ajv',
    }));
  },
};

mkdirSync(made, { recursive: true });
const { metafile } = await build({
  absWorkingDir: root,
  stdin: {
    contents: `export * from './src/index.ts';
export const main = async (words) => (await import('./src/cli/program.ts')).main(words);`,
    resolveDir: root,
    loader: 'ts',
  },
  outfile: join(made, 'rolecall.cjs'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node22.18',
  // It looks for its native part beside its own files.
  external: ['ssh2'],
  define: { 'import.meta.url': 'ownUrl', 'import.meta.dirname': '__dirname' },
  banner: { js: "const ownUrl = require('node:url').pathToFileURL(__filename).href;" },
  plugins: [schemas],
  // Less to read at each start; names stay, for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  logLevel: 'warning',
});

const exported = createRequire(import.meta.url)(join(made, 'rolecall.cjs'));
const api = Object.keys(exported).filter((name) => name !== 'main');
write('index.js', `import api from './rolecall.cjs';\nexport const { ${api.join(', ')} } = api;\n`);
const sources = Object.keys(metafile.inputs).filter((path) => path.startsWith('src/'));
const stamps = sources.map((path) => {
  const { mtimeMs, size } = statSync(join(root, path));
  return [path, mtimeMs, size];
});
write('sources.json', `${JSON.stringify(stamps)}\n`);

// Runs that use an earlier build go on with it; what is left of others goes.
for (const name of files) renameSync(join(made, name), join(folder, name));
for (const name of readdirSync(folder)) {
  if (!files.some((file) => file === name)) rmSync(join(folder, name), { recursive: true });
}

function write(name: (typeof files)[number], text: string): void {
  writeFileSync(join(made, name), text);
}
