import { Type } from 'typebox';
import { type ContentState, content, maxContentBytes } from '../observe/content.ts';
import { defineModule } from './contract.ts';

export const slurp = defineModule({
  name: 'slurp',
  summary: 'Reads a file of the host into a variable, as base64.',
  args: Type.Object({ src: Type.String({ description: 'The file.' }) }),
  aliases: { path: 'src' },
  examples: [
    '- name: Read the host key\n  slurp:\n    src: /etc/ssh/ssh_host_ed25519_key.pub\n  register: key\n- debug:\n    msg: "{{ key.content | b64decode }}"',
  ],
  returns: {
    content: 'The bytes as base64.',
    encoding: '`base64`.',
    source: 'The path.',
  },
  observe: (given) => ({ file: content(given.src) }),
  decide: (given, observed) => {
    const file: ContentState = observed.file;
    if (!file.bytes) return { kind: 'failed', message: failures[file.why ?? 'absent'](given.src) };
    return {
      kind: 'unchanged',
      reason: `read ${file.bytes.length} bytes of ${given.src}`,
      result: { content: file.bytes.toString('base64'), encoding: 'base64', source: given.src },
    };
  },
});

const failures: Readonly<Record<NonNullable<ContentState['why']>, (src: string) => string>> = {
  absent: (src) => `file not found: ${src}`,
  unreadable: (src) => `file is not readable: ${src}`,
  'not-a-file': (src) => `source is a directory and must be a file: ${src}`,
  'too-large': (src) => `${src} is larger than ${maxContentBytes / 1024 / 1024} MiB; use fetch`,
};
