import { driftSettings } from '../../drift/settings-schema.ts';
import { code, table } from './markdown.ts';
import { parameterDocs } from './parameter-docs.ts';

/** What drift.yml may say. */
export function driftSettingsPage(): string[] {
  const rows = parameterDocs(driftSettings).map((doc) => {
    const choices = doc.choices.length > 0 ? ` One of: ${doc.choices.map(code).join(', ')}.` : '';
    const bounds = doc.bounds === undefined ? '' : ` ${doc.bounds}.`;
    const preset = doc.required ? 'required' : doc.default === undefined ? '' : code(doc.default);
    return [code(doc.path), doc.type, preset, `${doc.description}${choices}${bounds}`];
  });
  return [
    '# Settings of drift watch',
    '',
    'What `drift.yml` may say; [the guide](../guides/drift.md) shows how. A name that is not listed is',
    'an error at its line that names the nearest one. Paths are relative to the file.',
    '',
    ...table(['setting', 'type', 'default', 'meaning'], rows),
  ];
}
