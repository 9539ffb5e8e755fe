import type { ModuleCase } from './case.ts';

const userland = ['debian', 'busybox'] as const;

/** lineinfile, blockinfile, replace, assemble. */
export const cases: ModuleCase[] = [
  {
    name: 'a line by its pattern',
    module: 'lineinfile',
    absent:
      "printf '#PermitRootLogin yes\\nPort 22\\n' >/srv/sshd; chmod 0640 /srv/sshd; chown daemon /srv/sshd",
    present: { path: '/srv/sshd', regexp: '^#?PermitRootLogin', line: 'PermitRootLogin no' },
    changedByHand: "printf 'Port 22\\nPermitRootLogin yes\\n' >/srv/sshd",
    verify:
      'grep -qx "PermitRootLogin no" /srv/sshd && [ "$(stat -c %a:%U /srv/sshd)" = 640:daemon ]',
    userland,
  },
  {
    name: 'a line with a back reference',
    module: 'lineinfile',
    absent: "printf 'mem=128\\ncpu=1\\n' >/srv/limits",
    present: { path: '/srv/limits', regexp: '^(mem)=(?!512)', line: '\\1=512', backrefs: true },
    changedByHand: "sed -i 's/512/64/' /srv/limits",
    verify: 'grep -qx "mem=512" /srv/limits',
    userland,
  },
  {
    name: 'a line before another, in a new file',
    module: 'lineinfile',
    absent: 'rm -f /srv/created',
    present: {
      path: '/srv/created',
      line: 'first',
      insertbefore: 'BOF',
      create: true,
      mode: '0600',
    },
    changedByHand: 'echo second >/srv/created',
    verify: '[ "$(head -n 1 /srv/created)" = first ]',
    userland,
  },
  {
    name: 'no such line',
    module: 'lineinfile',
    absent: "printf 'keep\\nbad 1\\nbad 2\\n' >/srv/lines",
    present: { path: '/srv/lines', regexp: '^bad', state: 'absent' },
    changedByHand: 'echo bad 3 >>/srv/lines',
    verify: '! grep bad /srv/lines',
    userland,
  },
  {
    name: 'a block',
    module: 'blockinfile',
    absent: "printf '127.0.0.1 localhost\\n' >/srv/hosts",
    present: {
      path: '/srv/hosts',
      block: '10.0.0.1 one\n10.0.0.2 two\n',
      marker: '# {mark} cluster',
    },
    changedByHand: "sed -i 's/10.0.0.2/10.9.9.9/' /srv/hosts",
    verify: 'grep -qx "10.0.0.2 two" /srv/hosts && grep -qx "# END cluster" /srv/hosts',
    userland,
  },
  {
    name: 'all matches of a pattern',
    module: 'replace',
    absent: "printf 'a=old\\nb=old\\nc=new\\n' >/srv/replaced",
    present: { path: '/srv/replaced', regexp: '^(\\w)=old$', replace: '\\1=new' },
    changedByHand: "sed -i 's/b=new/b=old/' /srv/replaced",
    verify: '[ "$(grep -c =new /srv/replaced)" = 3 ]',
    userland,
  },
  {
    name: 'a file of fragments',
    module: 'assemble',
    absent:
      'rm -rf /srv/parts /srv/whole; mkdir /srv/parts; echo one >/srv/parts/01; echo two >/srv/parts/02',
    present: { src: '/srv/parts', dest: '/srv/whole', delimiter: '---', mode: '0644' },
    changedByHand: 'echo three >/srv/parts/03',
    verify:
      '[ "$(tr "\\n" " " </srv/whole)" = "one --- two --- three " ] || [ "$(tr "\\n" " " </srv/whole)" = "one --- two " ]',
    userland,
  },
];
