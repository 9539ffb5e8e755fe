import {
  type Decision,
  defineModule,
  type Plain,
  predict,
  rawSh,
  sh,
  Type,
  taskOf,
  userState,
} from 'rolecall';
import { donorHome, donorUser } from './donor-script.ts';

const shell = '/bin/sh';

/** The account that hands out copies: under the number of `mysql`, which nobody knows before its package came. */
export const databaseDonorAccountModule = defineModule({
  name: 'database_donor_account',
  summary: 'Makes the account with which other members copy the data of a server.',
  args: Type.Object({}),
  examples: ['- database_donor_account: {}'],
  returns: { name: 'The account.' },
  observe: () => ({ account: userState(donorUser), server: userState('mysql') }),
  decide(_args: object, { account, server }): Decision {
    const result: Record<string, Plain> = { name: donorUser };
    if (!server.exists) return { kind: 'failed', message: 'there is no user mysql' };
    const differs = account.exists
      ? [
          ...(account.uid === server.uid ? [] : ['uid']),
          ...(account.gid === server.gid ? [] : ['group']),
          ...(account.home === donorHome ? [] : ['home']),
          ...(account.shell === shell ? [] : ['shell']),
        ]
      : [];
    if (account.exists && differs.length === 0) {
      return { kind: 'unchanged', reason: `${donorUser} has the number of mysql`, result };
    }
    const what = account.exists ? `changed: ${differs.join(', ')}` : 'added';
    const program = account.exists ? 'usermod' : "useradd --system --no-create-home --password '*'";
    return {
      kind: 'change',
      summary: what,
      diff: [
        {
          header: donorUser,
          before: account.exists ? `${account.uid} ${account.home} ${account.shell}\n` : '',
          after: `number of mysql, ${donorHome} ${shell}\n`,
        },
      ],
      apply: [
        {
          script: sh`${rawSh(program)} --non-unique --uid "$(id -u mysql)" --gid "$(id -g mysql)" ${rawSh(account.exists ? '--home' : '--home-dir')} ${donorHome} --shell ${shell} ${donorUser}`,
        },
      ],
      touches: [userState(donorUser)],
      predicts: [
        predict(userState(donorUser), {
          ...server,
          name: donorUser,
          home: donorHome,
          shell,
          groups: [],
          shadow: undefined,
        }),
      ],
      result,
      verify: true,
    };
  },
});

export const databaseDonorAccount = taskOf<object>(databaseDonorAccountModule);
