import { type TString, Type } from 'typebox';

/**
 * A parameter that is a secret: hidden in all output, and refused as a plain string. It comes from a
 * vault or a lookup.
 *
 * @example password: secret('Password of the user.')
 */
export function secret(description: string): TString {
  return Type.String({ description, minLength: 1, secret: true });
}

/** Whether a part of a schema is a secret. */
export function isSecret(schema: unknown): boolean {
  return (schema as { readonly secret?: unknown } | undefined)?.secret === true;
}
