import { type Decision, defineModule, type Sh, type Static, sh, Type, taskOf } from 'rolecall';
import { serverUnit } from './boot-guard-unit.ts';
import type { Engine } from './params.ts';
import { engineArgument, fenceFile } from './promotion-state.ts';
import { change, stateOf } from './promotion-steps.ts';

const fenceArgs = Type.Object({
  engine: engineArgument,
  state: Type.Union([Type.Literal('fenced'), Type.Literal('local'), Type.Literal('free')], {
    description:
      '`fenced`: stopped and not to be started. `local`: runs, read-only and off the network. `free`: runs as configured.',
  }),
});

/**
 * Keeps an old primary from ever taking writes again by itself: its server is stopped, systemd refuses
 * to start it, and started by hand it is read-only and answers on its socket only.
 */
export const databaseFence = taskOf<Static<typeof fenceArgs>>(
  defineModule({
    name: 'database_fence',
    summary: 'Fences a database server, or lets it back.',
    args: fenceArgs,
    examples: ['- database_fence: { engine: mysql, state: fenced }'],
    returns: {},
    observe: ({ engine }) => ({ server: stateOf(engine) }),
    decide({ engine, state }, { server }): Decision {
      const { running, masked, fenced } = server;
      if (state === 'fenced') {
        if (!running && masked && fenced)
          return unchanged('it is stopped, masked and off the network');
        return change('stop, mask, take off the network', engine, [fence(engine)]);
      }
      if (state === 'local') {
        if (running) return unchanged('its server runs');
        return change('start read-only, off the network', engine, [release(engine)]);
      }
      if (running && !masked && !fenced) return unchanged('it is not fenced');
      return change('back on the network, read-only', engine, [
        joinFence(sh`rm -f ${fenceFile}`, engine),
      ]);
    },
  }),
);

/** The file comes first: whatever ends this halfway, the server does not come back on the network. */
function fence(engine: Engine): Sh {
  const unit = serverUnit(engine);
  const readOnly = engine === 'mariadb' ? 'read_only' : 'super_read_only';
  return sh`set -e
umask 022
printf '%s\n' ${'# Written by rolecall: this server was fenced by a promotion. Attach it again with tasks_from: rejoin.'} '[mysqld]' skip_networking=ON ${readOnly}=ON >${fenceFile}.new
mv ${fenceFile}.new ${fenceFile}
systemctl mask ${unit} 2>/dev/null
timeout 90 systemctl stop ${unit} || systemctl kill --signal=KILL ${unit} || :
! systemctl is-active --quiet ${unit}`;
}

/** What is stopped is started with the fence file in place. */
function release(engine: Engine): Sh {
  return sh`[ -e ${fenceFile} ] || { echo 'it is not fenced: start it yourself' >&2; exit 1; }
systemctl unmask ${serverUnit(engine)} 2>/dev/null && systemctl start ${serverUnit(engine)}`;
}

function joinFence(first: Sh, engine: Engine): Sh {
  const unit = serverUnit(engine);
  return sh`${first} && systemctl unmask ${unit} 2>/dev/null && systemctl restart ${unit}`;
}

function unchanged(reason: string): Decision {
  return { kind: 'unchanged', reason };
}
