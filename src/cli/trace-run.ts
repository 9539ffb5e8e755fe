import type { SiteModel } from '../site/model.ts';
import { topologyOf } from '../site/topology.ts';
import { failureOf } from '../site/trace/failure.ts';
import type { NameAnswer, Observation } from '../site/trace/observation.ts';
import { type AddressBook, type Step, stepsOf } from '../site/trace/steps.ts';
import { askForName, type NameServerAddress } from './trace-name.ts';
import { exchangeWith, hostOf, portOf } from './trace-request.ts';
import { warmUp } from './trace-warm-up.ts';

export interface TraceOptions {
  readonly method: string;
  readonly timeoutMs: number;
  /** Asked instead of a name server of the inventory. */
  readonly dns?: string;
  /** Addresses of names that are not to be asked for. */
  readonly resolve: ReadonlyMap<string, string>;
}

export interface Trace {
  readonly seen: Observation;
  readonly steps: readonly Step[];
  /** 0 for an answer below 500, 2 for others, 4 when no answer came. */
  readonly status: number;
}

/** Follows one request for real: asks for the name, connects, sends, measures. */
export async function trace(url: URL, model: SiteModel, options: TraceOptions): Promise<Trace> {
  await warmUp();
  const begun = performance.now();
  const target = { url: url.href, host: hostOf(url), port: portOf(url) };
  const name = await nameOf(target.host, model, options);
  const addresses =
    name.kind === 'given' ? [name.address] : name.kind === 'answered' ? name.addresses : [];
  const request = { url, method: options.method, timeoutMs: options.timeoutMs, begun };
  const seen = rounded({ target, name, ...(await exchangeWith(addresses, request)) });
  const book = addressBook(model);
  const failure = failureOf(seen, book);
  return {
    seen,
    steps: stepsOf(seen, book),
    status: failure === undefined ? 0 : failure.isUnreachable ? 4 : 2,
  };
}

async function nameOf(
  host: string,
  model: SiteModel,
  { resolve, dns, timeoutMs }: TraceOptions,
): Promise<NameAnswer> {
  const given = resolve.get(host);
  if (given !== undefined) return { kind: 'given', by: 'option', address: given };
  const server = dns === undefined ? nameServerOf(model) : { address: dns };
  return askForName(host, server, Math.min(timeoutMs, 5000));
}

/** A host whose role answers names; without typed roles one of the group `dns`. */
function nameServerOf(model: SiteModel): NameServerAddress | undefined {
  const [first] = topologyOf(model).nameServers;
  const host = first?.host ?? model.hosts.find(({ groups }) => groups.includes('dns'));
  return host && { address: host.address, host: host.name };
}

function addressBook({ hosts }: SiteModel): AddressBook {
  return new Map(hosts.map(({ name, address }) => [address, name]));
}

/** Times to hundredths of a millisecond: what lies below is noise. */
function rounded(seen: Observation): Observation {
  return JSON.parse(JSON.stringify(seen), (key, value) =>
    /(^ms|Ms)$/.test(key) && typeof value === 'number' ? Math.round(value * 100) / 100 : value,
  ) as Observation;
}
