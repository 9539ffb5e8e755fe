import type { ModuleCase } from './case.ts';

const userland = ['debian', 'busybox'] as const;

/** Modules that run what they are given. */
export const cases: ModuleCase[] = [
  {
    name: 'once',
    module: 'command',
    absent: 'rm -f /srv/done',
    present: { cmd: 'sh -c \'echo "$PWD" >done\'', chdir: '/srv', creates: '/srv/done' },
    changedByHand: 'rm /srv/done',
    verify: 'grep -qx /srv /srv/done',
    userland,
  },
  {
    name: 'each time',
    module: 'command',
    kind: 'action',
    present: { argv: ['printf', '%s|', 'a b', "it's", '$(id)'] },
    gives: { rc: 0, stdout: "a b|it's|$(id)|" },
    userland,
  },
  {
    name: 'a pipe into a file that is wanted',
    module: 'shell',
    absent: 'rm -f /srv/piped',
    present: { cmd: 'printf "b\\na\\n" | sort >/srv/piped', creates: '/srv/piped' },
    changedByHand: 'rm /srv/piped',
    verify: '[ "$(head -n 1 /srv/piped)" = a ]',
    userland,
  },
  {
    name: 'what it says on both outputs',
    module: 'shell',
    kind: 'action',
    present: { cmd: 'read line; echo "got $line"; echo err >&2', stdin: 'input' },
    gives: { rc: 0, stdout: 'got input', stderr: 'err', stdout_lines: ['got input'] },
    userland,
  },
  {
    name: 'a line',
    module: 'raw',
    kind: 'action',
    present: 'echo "$((1 + 1))" && id -un',
    gives: { rc: 0, stdout_lines: ['2', 'root'] },
    userland,
  },
  {
    name: 'a script of the controller, once',
    module: 'script',
    onController:
      'printf \'#!/bin/sh\\necho "$1" >/srv/scripted\\n\' >files/make.sh; chmod +x files/make.sh',
    absent: 'rm -f /srv/scripted',
    present: { cmd: "make.sh 'two words'", creates: '/srv/scripted' },
    changedByHand: 'rm /srv/scripted',
    verify: 'grep -qx "two words" /srv/scripted',
    userland,
  },
  {
    name: 'a script of the controller, each time',
    module: 'script',
    kind: 'action',
    onController: "printf '#!/bin/sh\\necho ran\\n' >files/say.sh; chmod +x files/say.sh",
    present: 'say.sh',
    gives: { rc: 0, stdout_lines: ['ran'] },
    userland,
  },
  {
    name: 'a folder of its own',
    module: 'tempfile',
    kind: 'action',
    present: { state: 'directory', suffix: '.work' },
    userland,
  },
];
