import type { Module } from './contract.ts';

/** How each module is loaded, by its short name; a module and its schema load when first used. */
export const moduleLoaders: Readonly<Record<string, () => Promise<Module>>> = {
  group: async () => (await import('./group.ts')).group,
  user: async () => (await import('./user.ts')).user,
  apt: async () => (await import('./apt.ts')).apt,
  package: async () => (await import('./package.ts')).packageModule,
  service: async () => (await import('./service.ts')).service,
  systemd: async () => (await import('./systemd.ts')).systemd,
  systemd_service: async () => (await import('./systemd.ts')).systemd,
  copy: async () => (await import('./copy.ts')).copy,
  ping: async () => (await import('./ping.ts')).ping,
  template: async () => (await import('./template.ts')).template,
  file: async () => (await import('./file.ts')).file,
  lineinfile: async () => (await import('./lineinfile.ts')).lineinfile,
  stat: async () => (await import('./stat.ts')).stat,
  command: async () => (await import('./command.ts')).command,
  shell: async () => (await import('./shell.ts')).shell,
  raw: async () => (await import('./raw.ts')).raw,
  script: async () => (await import('./script.ts')).script,
  assemble: async () => (await import('./assemble.ts')).assemble,
  blockinfile: async () => (await import('./blockinfile.ts')).blockinfile,
  fetch: async () => (await import('./fetch.ts')).fetch,
  find: async () => (await import('./find.ts')).find,
  replace: async () => (await import('./replace.ts')).replace,
  slurp: async () => (await import('./slurp.ts')).slurp,
  tempfile: async () => (await import('./tempfile.ts')).tempfile,
};
