import type { Observation } from './observation.ts';
import type { AddressBook } from './steps.ts';

/** Where a request broke, what happened there, and where to look. */
export interface TraceFailure {
  readonly step: number;
  readonly what: string;
  readonly look: string;
  /** Whether no answer came at all. */
  readonly isUnreachable: boolean;
}

/** The step at which a request broke, from what was seen; undefined for an answer below 500. */
export function failureOf(seen: Observation, book: AddressBook): TraceFailure | undefined {
  return nameFailure(seen) ?? connectionFailure(seen, book) ?? answerFailure(seen);
}

function nameFailure({ name, target }: Observation): TraceFailure | undefined {
  if (name.kind !== 'failed') return undefined;
  const server =
    name.server.kind === 'server'
      ? (name.server.host ?? name.server.address)
      : 'the system resolver';
  if (name.code === 'ENOTFOUND' || name.code === 'ENODATA') {
    return {
      ...{ step: 2, isUnreachable: true },
      what: `${server} knows no address of ${target.host} (${name.code})`,
      look: 'the records of the zone (parameter dns.records), and the spelling of the name',
    };
  }
  if (name.code === 'EREFUSED' || name.code === 'ESERVFAIL') {
    return {
      ...{ step: 2, isUnreachable: true },
      what: `${server} does not answer for ${target.host} (${name.code})`,
      look: 'whether the zone of the name is its own (parameter dns.zone), and its log',
    };
  }
  return {
    ...{ step: 2, isUnreachable: true },
    what: `${server} did not answer (${name.code})`,
    look: `whether the name server runs there, and port 53/udp is open from here`,
  };
}

function connectionFailure(
  { connections, target, failure }: Observation,
  book: AddressBook,
): TraceFailure | undefined {
  const last = connections.at(-1);
  if (!last) return undefined;
  const host = book.get(last.address) ?? last.address;
  if (last.code !== undefined) {
    const all = connections.map(({ address, code }) => `${address}: ${code}`).join(', ');
    return {
      ...{ step: 3, isUnreachable: true },
      what: `no connection to port ${target.port} (${all})`,
      look:
        last.code === 'ECONNREFUSED'
          ? `what listens on ${host}: systemctl status haproxy nginx`
          : `whether ${host} is up, and a firewall lets port ${target.port} through`,
    };
  }
  if (failure === undefined) return undefined;
  return {
    ...{ step: 4, isUnreachable: true },
    what: `connected, but no answer came: ${failure}`,
    look: `the log of the service on ${host}: journalctl -u haproxy -u nginx`,
  };
}

function answerFailure({ answer }: Observation): TraceFailure | undefined {
  if (!answer || answer.status < 500) return undefined;
  const { status, headers, excerpt } = answer;
  const said = excerpt === undefined ? '' : `: ${excerpt}`;
  const balancer = headers['x-served-by-balancer'];
  const web = headers['x-served-by-web'];
  const app = headers['x-served-by-app'];
  const base = { isUnreachable: false };
  if (app !== undefined) {
    const asked = headers['x-served-by-db'] !== undefined;
    return {
      ...base,
      step: asked || status === 500 ? 8 : 7,
      what: `${app} answered ${status}${said}`,
      look: `http://${app}:PORT/healthz, and the journal of the service on ${app}`,
    };
  }
  if (web !== undefined) {
    return {
      ...base,
      step: 6,
      what: `${web} got no answer from an app (${status})${said}`,
      look: `the app servers' /healthz, and /var/log/nginx/error.log on ${web}`,
    };
  }
  if (balancer !== undefined) {
    return {
      ...base,
      step: 5,
      what: `${balancer} found no web server that works (${status})`,
      look: `its checks: echo 'show stat' | socat - /run/haproxy/admin.sock on ${balancer}`,
    };
  }
  return {
    ...base,
    step: 4,
    what: `${status}, and nobody said who answered${said}`,
    look: 'identify: true of load_balancer and web, so that each server says who it is',
  };
}
