import type { ValidateFunction } from 'ajv';

/**
 * Makers of the validators that were compiled ahead, by the `schemaKey` of their schemas. None while the
 * sources run; the build puts those of all modules in this place.
 */
export const compiled: Readonly<Record<string, () => ValidateFunction>> = {};
