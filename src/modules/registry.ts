import type { Module } from './contract.ts';

/** How each module is loaded, by its short name; a module and its schema load when first used. */
export const moduleLoaders: Readonly<Record<string, () => Promise<Module>>> = {
  ping: async () => (await import('./ping.ts')).ping,
};
