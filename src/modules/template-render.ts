import { stat } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';

import { Unknown, type Value } from '../values.ts';
import type { Controller, RenderOptions } from './contract.ts';
import { fileOfBytes, type SourceFile } from './copy-source.ts';
import type { TemplateArgs } from './template-arguments.ts';

/** The encodings that a result can have, as Node calls them. */
export const encodings: ReadonlyMap<string, BufferEncoding> = new Map([
  ['utf-8', 'utf8'],
  ['utf8', 'utf8'],
  ['ascii', 'latin1'],
  ['latin-1', 'latin1'],
  ['latin1', 'latin1'],
  ['iso-8859-1', 'latin1'],
  ['utf-16-le', 'utf16le'],
  ['utf-16le', 'utf16le'],
]);

/** Finds, reads and renders the template of a task. */
export async function renderTemplate(
  given: TemplateArgs,
  controller: Controller,
): Promise<SourceFile | Unknown> {
  const file = await controller.findFile(given.src, 'templates');
  const { text, overrides } = splitHeader((await controller.readFile(file)).toString());
  const { mode, mtimeMs, uid } = await stat(file);
  const newline = unescapeNewline(given.newline_sequence);
  const rendered = controller.render(text, file, {
    trimBlocks: given.trim_blocks,
    lstripBlocks: given.lstrip_blocks,
    newlineSequence: newline,
    variableStart: given.variable_start_string,
    variableEnd: given.variable_end_string,
    blockStart: given.block_start_string,
    blockEnd: given.block_end_string,
    commentStart: given.comment_start_string,
    commentEnd: given.comment_end_string,
    ...overrides,
    extra: templateVariables(given, file, mtimeMs, uid, controller),
  });
  if (rendered instanceof Unknown) return rendered;
  const encoding = encodings.get(given.output_encoding.toLowerCase()) ?? 'utf8';
  return fileOfBytes(Buffer.from(rendered, encoding), mode & 0o7777);
}

/** `#jinja2: trim_blocks: True, lstrip_blocks: False` on the first line. */
export function splitHeader(source: string): { text: string; overrides: Partial<RenderOptions> } {
  if (!source.startsWith('#jinja2:')) return { text: source, overrides: {} };
  const end = source.indexOf('\n');
  const header = source.slice('#jinja2:'.length, end < 0 ? undefined : end);
  const overrides: Record<string, unknown> = {};
  for (const pair of header.split(',')) {
    const colon = pair.indexOf(':');
    const name = headerOptions[pair.slice(0, colon).trim()];
    if (colon > 0 && name) overrides[name] = headerValue(pair.slice(colon + 1).trim());
  }
  return { text: end < 0 ? '' : source.slice(end + 1), overrides };
}

const headerOptions: Readonly<Record<string, keyof RenderOptions>> = {
  trim_blocks: 'trimBlocks',
  lstrip_blocks: 'lstripBlocks',
  newline_sequence: 'newlineSequence',
  variable_start_string: 'variableStart',
  variable_end_string: 'variableEnd',
  block_start_string: 'blockStart',
  block_end_string: 'blockEnd',
  comment_start_string: 'commentStart',
  comment_end_string: 'commentEnd',
};

function headerValue(text: string): string | boolean {
  if (/^(true|yes|1)$/i.test(text)) return true;
  if (/^(false|no|0)$/i.test(text)) return false;
  const quoted = /^(['"])(.*)\1$/s.exec(text)?.[2];
  return quoted === undefined ? text : unescapeNewline(quoted);
}

function unescapeNewline(text: string): string {
  return text.replaceAll('\\r', '\r').replaceAll('\\n', '\n');
}

function templateVariables(
  given: TemplateArgs,
  file: string,
  mtimeMs: number,
  uid: number,
  controller: Controller,
): Map<string, Value> {
  const own = userInfo();
  return new Map<string, Value>([
    ['ansible_managed', controller.variable('ansible_managed') ?? 'Ansible managed'],
    ['template_host', hostname()],
    ['template_path', given.src],
    ['template_fullpath', file],
    ['template_destpath', given.dest],
    ['template_mtime', pythonTime(mtimeMs)],
    ['template_run_date', pythonTime(Date.now())],
    ['template_uid', uid === own.uid ? own.username : String(uid)],
  ]);
}

/** As Python prints a datetime: `2026-01-02 03:04:05`. */
function pythonTime(ms: number): string {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
}
