import type { Note } from '../notes.ts';
import type { ServedBy } from './exchange.ts';

/** The page of notes, with the chain of servers that it came through. */
export function notesPage(notes: readonly Note[], servedBy: ServedBy): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>foobar: notes</title>
<link rel="stylesheet" href="/style.css">
<h1>Notes</h1>
<p>Served by ${chainOf(servedBy)}</p>
<ol class="notes" reversed>
${notes.map(itemOf).join('\n')}
</ol>
<p><a href="/">Write one</a></p>
</html>
`;
}

/** Makes text harmless in HTML, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function chainOf(servedBy: ServedBy): string {
  const { balancer, web, app, db, db_fallback: fallback, release } = servedBy;
  const chain = [
    ['balancer', balancer],
    ['web', web],
    ['app', app],
    [fallback ? 'database (no replica answered)' : 'database', db],
    ['release', release],
  ] as const;
  return chain
    .filter(([, name]) => name !== undefined)
    .map(([kind, name]) => `<span class="server">${kind} <b>${escapeHtml(name!)}</b></span>`)
    .join(' → ');
}

function itemOf({ id, text, written_by: writtenBy, created_at: createdAt }: Note): string {
  const by = `<small>${escapeHtml(writtenBy)}, <time>${escapeHtml(createdAt)}</time></small>`;
  return `<li value="${id}">${escapeHtml(text)} ${by}</li>`;
}
