import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { RunSettings } from './settings-schema.ts';

/** The files among the options of a run made absolute, seen from a folder; `~` is the home. */
export function runRelativeTo(run: RunSettings, folder: string): RunSettings {
  const { privateKey, becomePasswordFile, vaultPasswordFiles, extraVars } = run;
  const file = (path: string) => resolve(folder, path.replace(/^~(?=\/|$)/, homedir()));
  return {
    ...run,
    ...(privateKey !== undefined && { privateKey: file(privateKey) }),
    ...(becomePasswordFile !== undefined && { becomePasswordFile: file(becomePasswordFile) }),
    ...(vaultPasswordFiles && { vaultPasswordFiles: vaultPasswordFiles.map(file) }),
    ...(extraVars && {
      extraVars: extraVars.map((text) => (text.startsWith('@') ? `@${file(text.slice(1))}` : text)),
    }),
  };
}
