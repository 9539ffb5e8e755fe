import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { infrastructureFiles } from './infrastructures.ts';
import { referencePages } from './pages.ts';
import { roleReadmes } from './role-readme.ts';
import { taskMakersFile } from './task-makers.ts';

// npm run docs
const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
mkdirSync(at('docs/reference/'), { recursive: true });
for (const [name, text] of await referencePages())
  writeFileSync(at(`docs/reference/${name}`), text);
writeFileSync(at('src/roles/module-tasks.ts'), await taskMakersFile());
for (const [role, text] of await roleReadmes(at('roles')))
  writeFileSync(at(`roles/${role}/README.md`), text);
for (const [name, text] of await infrastructureFiles(at('')))
  writeFileSync(at(`docs/guides/infrastructures/${name}`), text);
