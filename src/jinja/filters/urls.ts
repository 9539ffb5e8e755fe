import { nearestName } from '../../errors.ts';
import type { Value } from '../../values.ts';
import { Fault } from '../python/faults.ts';
import { text } from '../python/text.ts';
import { asText } from '../runtime/arguments.ts';
import type { Definition } from '../runtime/definition.ts';
import { filter } from './define.ts';

export const urlFilters: Record<string, Definition> = {
  urlsplit: filter('The parts of a URL as a dict, or one of them.', 'query?', (value, [query]) => {
    const parts = splitUrl(text(value));
    const wanted = asText(query);
    if (wanted === '') return new Map<Value, Value>(parts);
    const part = parts.get(wanted);
    if (part === undefined)
      throw new Fault(`a URL has no part '${wanted}'`, nearestName(wanted, parts.keys()));
    return part;
  }),
};

function splitUrl(url: string): Map<string, Value> {
  const [, scheme = '', rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?([\s\S]*)$/.exec(url) ?? [];
  const [, netloc = '', path = '', query = '', fragment = ''] =
    /^(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([\s\S]*))?$/.exec(rest) ?? [];
  const [, user, password, host = '', port] =
    /^(?:([^:@]*)(?::([^@]*))?@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(netloc) ?? [];
  return new Map<string, Value>([
    ['fragment', fragment],
    ['hostname', host === '' ? null : host.replace(/^\[|\]$/g, '').toLowerCase()],
    ['netloc', netloc],
    ['password', password ?? null],
    ['path', path],
    ['port', port ? Number(port) : null],
    ['query', query],
    ['scheme', scheme.toLowerCase()],
    ['username', user ?? null],
  ]);
}
