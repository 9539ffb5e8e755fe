import { createHash } from 'node:crypto';
import type { TObject } from 'typebox';

/** The same for schemas with the same content, in every process. */
export function schemaKey(schema: TObject): string {
  return createHash('sha256').update(JSON.stringify(schema)).digest('base64url').slice(0, 22);
}
