import { isIP } from 'node:net';
import type { RoleContext, RoleProblem } from 'rolecall';
import type { Params } from './params.ts';

/** Where something listens on the host of the balancer. */
interface Listener {
  readonly who: string;
  readonly bind: string;
  readonly port: number;
  readonly path: readonly (string | number)[];
}

/** Addresses and ports: HAProxy's check of a configuration does not try them. */
export function listeningProblems(context: RoleContext<Params>): RoleProblem[] {
  const own = listeners(context.params);
  return [...addressProblems(context), ...clashes(own), ...othersPorts(own, context)];
}

function listeners({ frontends, stats }: Params): Listener[] {
  const statistics = { bind: '127.0.0.1', port: stats.port, path: ['stats', 'port'] };
  return [
    ...frontends.map(({ name, bind, port }, index) => ({
      who: `frontend '${name}'`,
      path: ['frontends', index, 'port'],
      bind,
      port,
    })),
    { who: 'the statistics page', ...statistics },
  ];
}

function addressProblems({ params, host }: RoleContext<Params>): RoleProblem[] {
  return params.frontends.flatMap(({ name, bind }, index): RoleProblem[] =>
    bind === '*' || isIP(bind) !== 0
      ? []
      : [
          {
            path: ['frontends', index, 'bind'],
            message: `frontend '${name}' binds '${bind}', which is no address`,
            expected: `'*', '::' or an address of the host, such as ${host.address}`,
          },
        ],
  );
}

function clashes(own: readonly Listener[]): RoleProblem[] {
  return own.flatMap((listener, index) => {
    const other = own.slice(0, index).find((earlier) => overlap(earlier, listener));
    return other
      ? [
          {
            path: listener.path,
            message: `${listener.who} and ${other.who} both listen on port ${listener.port} of ${shared(listener, other)}`,
          },
        ]
      : [];
  });
}

/** Other roles on the same host that answer on one of the ports. */
function othersPorts(
  own: readonly Listener[],
  { host, fleet }: RoleContext<Params>,
): RoleProblem[] {
  const others = fleet
    .rolesOf(host.name)
    .filter((role) => role !== 'load-balancer')
    .flatMap((role) =>
      (fleet.published(host.name, role) ?? [])
        .filter(({ protocol }) => protocol === 'tcp')
        .map(({ port, reach }) => ({
          ...{ role, port },
          bind: reach === 'loopback' ? '127.0.0.1' : '*',
        })),
    );
  return own.flatMap((listener) =>
    others
      .filter((other) => overlap(other, listener))
      .map(({ role }) => ({
        path: listener.path,
        message: `${listener.who} listens on port ${listener.port}, as does the role '${role}' on ${host.name}`,
        hint: 'Give one of them another port, or run them on different hosts.',
      })),
  );
}

function overlap(
  one: { readonly bind: string; readonly port: number },
  other: { readonly bind: string; readonly port: number },
): boolean {
  if (one.port !== other.port) return false;
  if (one.bind === other.bind || one.bind === '::' || other.bind === '::') return true;
  return (
    (one.bind === '*' && isIP(other.bind) !== 6) || (other.bind === '*' && isIP(one.bind) !== 6)
  );
}

function shared({ bind }: Listener, other: Listener): string {
  if (bind === '*' || bind === '::')
    return other.bind === '*' || other.bind === '::' ? 'every address' : other.bind;
  return bind;
}
