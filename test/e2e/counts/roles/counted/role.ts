import { copy, defineRole, file, Type } from 'rolecall';

/** A folder with files: what a typed role costs. */
export default defineRole({
  name: 'counted',
  summary: 'A folder with files.',
  params: Type.Object({
    folder: Type.String(),
    files: Type.Array(Type.String()),
  }),
  examples: [],
  tasks: ({ params, host }) => [
    file('Make the folder', { path: params.folder, state: 'directory', mode: '0755' }),
    ...params.files.map((name) =>
      copy(`Write ${name}`, {
        dest: `${params.folder}/${name}`,
        content: `${name} of ${host.name}\n`,
        mode: '0644',
      }),
    ),
  ],
});
