import { type TObject, Type } from 'typebox';
import type { ErasedEntryPoint, Role } from '../../roles/role.ts';

const joined = new WeakMap<ErasedEntryPoint, TObject>();

/** The schema of a role's parameters, with those of an entry point on top. */
export function schemaOf(role: Role, entryPoint: ErasedEntryPoint | undefined): TObject {
  if (!entryPoint?.params) return role.params;
  let schema = joined.get(entryPoint);
  if (!schema) {
    schema = Type.Object({ ...role.params.properties, ...entryPoint.params.properties });
    joined.set(entryPoint, schema);
  }
  return schema;
}
