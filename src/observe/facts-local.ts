import type { Plain } from '../values.ts';
import type { Sources } from './facts-sources.ts';

/** ansible_local: `*.fact` files as JSON, else INI, else an error text in place of the value. */
export function localFacts(sources: Sources, frame: string): { [name: string]: Plain } {
  const local: { [name: string]: Plain } = Object.create(null);
  for (const text of sources.texts(frame)) {
    const lineEnd = text.indexOf('\n');
    local[text.slice(0, lineEnd)] = readFact(text.slice(lineEnd + 1));
  }
  return { ansible_local: local };
}

function readFact(text: string): Plain {
  try {
    return withoutPrototypes(JSON.parse(text));
  } catch {
    return readIni(text) ?? 'error loading facts as JSON or ini - please check content';
  }
}

function withoutPrototypes(value: unknown): Plain {
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  if (value === null || typeof value !== 'object') return value as Plain;
  const copy: { [key: string]: Plain } = Object.create(null);
  for (const [key, item] of Object.entries(value)) copy[key] = withoutPrototypes(item);
  return copy;
}

/** Sections of `key = value` or `key: value`; keys are lower case, as Python's configparser makes them. */
function readIni(text: string): Plain | undefined {
  const sections: { [name: string]: { [key: string]: Plain } } = Object.create(null);
  let section: { [key: string]: Plain } | undefined;
  for (const line of text.split('\n')) {
    if (/^\s*([#;].*)?$/.test(line)) continue;
    const header = /^\[([^\]]+)\]\s*$/.exec(line);
    if (header) {
      section = sections[header[1]!] ??= Object.create(null) as { [key: string]: Plain };
      continue;
    }
    const entry = /^([^=:]+?)\s*[=:]\s*(.*?)\s*$/.exec(line);
    if (!entry || !section) return undefined;
    section[entry[1]!.trim().toLowerCase()] = entry[2]!;
  }
  return Object.keys(sections).length > 0 ? sections : undefined;
}
