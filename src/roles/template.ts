import type { CopyArgs } from './module-tasks.ts';
import { taskOf } from './task.ts';

/** A file whose text a function of the role makes. */
export interface TemplateArgs
  extends Pick<
    CopyArgs,
    'dest' | 'mode' | 'owner' | 'group' | 'validate' | 'backup' | 'force' | 'follow'
  > {
  /** The whole content. */
  readonly content: string;
}

/**
 * Puts the text that a function returned in a file on the host.
 *
 * @example template('Configure nginx', { dest: '/etc/nginx/nginx.conf', content: nginxConf(params), mode: '0644' })
 */
export const template = taskOf<TemplateArgs>('copy');
