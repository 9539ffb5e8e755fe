import { allModules } from '../all-modules.ts';
import { commandLinePage } from './command-line-page.ts';
import { driftSettingsPage } from './drift-settings-page.ts';
import { errorsPage } from './errors-page.ts';
import { eventsPage } from './events-page.ts';
import { expressionsPage } from './expressions-page.ts';
import { keywordsPage } from './keywords-page.ts';
import { modulesPage } from './modules-page.ts';

/** The pages of docs/reference by file name, made from the code. `npm run docs` writes them. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  const modules = await allModules();
  const pages = new Map([
    ['modules.md', modulesPage(modules)],
    ['keywords.md', keywordsPage()],
    ['expressions.md', expressionsPage()],
    ['command-line.md', await commandLinePage()],
    ['drift-settings.md', driftSettingsPage()],
    ['errors.md', errorsPage()],
    ['json-lines.md', eventsPage()],
  ]);
  return new Map([...pages].map(([name, lines]) => [name, `${notice}\n\n${lines.join('\n')}\n`]));
}

const notice = '<!-- Made by `npm run docs` from the sources; changes here are lost. -->';
