import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RolecallError } from '../errors.ts';
import type { Output } from '../reporters/output.ts';

/** stdout, or the file, whose folder is made. */
export async function outputTo(file: string | undefined): Promise<Output> {
  if (file === undefined) return process.stdout;
  await makeFolder(file);
  const stream = createWriteStream(file);
  await new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve());
    stream.once('error', (error) => reject(cannotWrite(file, error)));
  });
  return stream as unknown as Output;
}

/** Writes a whole text to stdout or the file. */
export async function save(file: string | undefined, text: string): Promise<void> {
  if (file === undefined) {
    process.stdout.write(text);
    return;
  }
  await makeFolder(file);
  await writeFile(file, text).catch((error: Error) => {
    throw cannotWrite(file, error);
  });
}

/** Writes a file whole or not at all: what was there before stays until the new one is complete. */
export async function saveWhole(file: string, text: string): Promise<void> {
  await makeFolder(file);
  const { writeWhole } = await import('../drift/write-file.ts');
  await writeWhole(file, text, 0o600).catch((error: Error) => {
    throw cannotWrite(file, error);
  });
}

async function makeFolder(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true }).catch((error: Error) => {
    throw cannotWrite(file, error);
  });
}

function cannotWrite(file: string, error: Error): RolecallError {
  return new RolecallError({
    code: 'option-invalid',
    message: `the report ${file} cannot be written: ${error.message}`,
  });
}
