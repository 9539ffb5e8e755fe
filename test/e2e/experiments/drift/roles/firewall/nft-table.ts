import { type Decision, defineModule, probe, sh, Type, taskOf } from 'rolecall';

interface TableArgs {
  readonly file: string;
  readonly rules: readonly string[];
}

/** Compares rules in use with those declared, and loads the file where they differ. */
export const nftTableModule = defineModule({
  name: 'nft_table',
  summary: 'Has the rules of a table in use.',
  args: Type.Object({
    file: Type.String({ description: 'The file that has them.' }),
    rules: Type.Array(Type.String(), { description: 'The rules, as nft lists them.' }),
  }),
  examples: ['- nft_table: { file: /etc/nftables.conf, rules: [] }'],
  returns: {},
  observe: () => ({ inUse: rulesInUse }),
  decide({ file, rules }: TableArgs, { inUse }): Decision {
    const before = inUse.map((rule) => `${rule}\n`).join('');
    const after = rules.map((rule) => `${rule}\n`).join('');
    if (before === after) return { kind: 'unchanged', reason: `${rules.length} rules are in use` };
    return {
      kind: 'change',
      summary: 'other rules are in use',
      diff: [{ header: 'table inet guard', before, after }],
      apply: [{ script: sh`nft -f ${file}` }],
      touches: [rulesInUse],
      predicts: [],
      verify: true,
    };
  },
});

export const nftTable = taskOf<TableArgs>(nftTableModule);

const rulesInUse = probe(
  'rules of the table guard',
  sh`nft -s list chain inet guard input 2>/dev/null || true`,
  ({ stdout }) =>
    stdout
      .toString()
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !/^(table|chain|type|\}|\{)/.test(line)),
);
