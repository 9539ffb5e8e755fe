import { readFileSync } from 'node:fs';
import type { RunSetup } from '../engine/create-run.ts';
import { findFile } from '../engine/search.ts';
import { RolecallError } from '../errors.ts';
import { createLookup } from '../jinja/lookups/table.ts';
import { compileTemplate } from '../jinja/template.ts';
import { Unknown } from '../values.ts';
import type { LoadedRun } from './load-run.ts';

/** Lookups of templates, as the place of each template has them; `onSecret` is told what was decrypted. */
export function lookupsFor(
  { vault }: Pick<LoadedRun, 'vault'>,
  onSecret: (text: string) => void = () => {},
): RunSetup['lookups'] {
  return (place, scope, speculative) => {
    const lookup = createLookup({
      scope,
      basedir: place.role?.path ?? place.playbookDir,
      speculative,
      readFile: (path) => {
        const text = readFileSync(path, 'utf8');
        if (!text.startsWith('$ANSIBLE_VAULT;')) return text;
        const plain = vault.decrypt(text, { file: path, line: 1, column: 1 });
        onSecret(plain.trimEnd());
        return plain;
      },
      findFile: (name, kind) => {
        try {
          return findFile(name, kind, place, { file: name, line: 1, column: 1 });
        } catch (error) {
          if (error instanceof RolecallError) return undefined;
          throw error;
        }
      },
      render: (source, file, variables) => {
        const inner = {
          get: (name: string) => variables.get(name) ?? scope.get(name),
          names: () => [...variables.keys(), ...scope.names()],
        };
        const template = compileTemplate(
          source,
          { file, line: 1, column: 1 },
          { escapeBackslashes: false },
        );
        const text = template.render({ scope: inner, lookup, speculative });
        if (text instanceof Unknown) {
          throw new RolecallError({
            code: 'template-failed',
            message: `not known yet: ${text.reason}`,
          });
        }
        return text;
      },
    });
    return lookup;
  };
}
