import { RolecallError, type SourcePosition } from '../errors.ts';

/** The hosts that one entry stands for, and the port written behind it. */
export interface HostEntry {
  readonly names: readonly string[];
  readonly port: number | undefined;
}

const maxHosts = 100_000;
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * Expands `web[01:50]`, `db-[a:f]`, `n[1:10:2].example:2222` and `[2001:db8::1]:22`.
 * Throws `inventory-invalid` for ranges that cannot be.
 */
export function expandHostEntry(text: string, at?: SourcePosition): HostEntry {
  const { pattern, port } = splitPort(text, at);
  if (!pattern.includes('[')) return { names: [pattern], port };
  let names = [''];
  for (const part of pattern.match(/\[[^\]]*\]?|[^[]+/g) ?? []) {
    const choices = part.startsWith('[') ? expandRange(part, text, at) : [part];
    if (names.length * choices.length > maxHosts) {
      throw invalid(`'${text}' stands for more than ${maxHosts} hosts`, at);
    }
    names = names.flatMap((name) => choices.map((choice) => name + choice));
  }
  return { names, port };
}

function splitPort(text: string, at: SourcePosition | undefined) {
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(text);
  if (bracketed && /::|:.*:.*:/.test(bracketed[1]!)) {
    return { pattern: bracketed[1]!, port: bracketed[2] ? Number(bracketed[2]) : undefined };
  }
  const withPort = /^((?:[^:[\]]|\[[^\]]*\])+):(\d+)$/.exec(text);
  if (!withPort) {
    if (!/:$/.test(text) || /::$/.test(text)) return { pattern: text, port: undefined };
    throw invalid(`host '${text}' ends in ':' without a port`, at);
  }
  const port = Number(withPort[2]);
  if (port < 1 || port > 65535) throw invalid(`port ${port} of host '${text}' does not exist`, at);
  return { pattern: withPort[1]!, port };
}

function expandRange(part: string, text: string, at: SourcePosition | undefined): string[] {
  const form = /^\[([^:\]]*):([^:\]]+)(?::([^:\]]+))?\]$/.exec(part);
  if (!form)
    throw invalid(`'${part}' in host '${text}' is no range`, at, '[begin:end] or [begin:end:step]');
  const [, begin = '', end = '', stepText = '1'] = form;
  const step = /^\d+$/.test(stepText) ? Number(stepText) : 0;
  if (step < 1) throw invalid(`step '${stepText}' in host '${text}' is not a number above 0`, at);
  const alphabetic = begin.length === 1 && end.length === 1 && letters.includes(begin);
  if (!alphabetic) return numbers(begin || '0', end, step, text, at);
  const from = letters.indexOf(begin);
  const to = letters.indexOf(end);
  if (to < from) throw backwards(part, text, at);
  const chosen: string[] = [];
  for (let index = from; index <= to; index += step) chosen.push(letters[index]!);
  return chosen;
}

function numbers(
  begin: string,
  end: string,
  step: number,
  text: string,
  at: SourcePosition | undefined,
): string[] {
  if (!/^\d{1,15}$/.test(begin) || !/^\d{1,15}$/.test(end)) {
    throw invalid(
      `'[${begin}:${end}]' in host '${text}' is no range`,
      at,
      'two numbers or letters',
    );
  }
  const width = begin.startsWith('0') && begin.length > 1 ? begin.length : 0;
  if (width > 0 && width !== end.length) {
    throw invalid(`'[${begin}:${end}]' in host '${text}': both ends must have as many digits`, at);
  }
  const last = Number(end);
  if (Number(begin) > last) throw backwards(`[${begin}:${end}]`, text, at);
  if ((last - Number(begin)) / step >= maxHosts) {
    throw invalid(`'${text}' stands for more than ${maxHosts} hosts`, at);
  }
  const chosen: string[] = [];
  for (let number = Number(begin); number <= last; number += step) {
    chosen.push(String(number).padStart(width, '0'));
  }
  return chosen;
}

function backwards(part: string, text: string, at: SourcePosition | undefined): RolecallError {
  return invalid(`range '${part}' in host '${text}' ends before it begins`, at);
}

function invalid(
  message: string,
  at: SourcePosition | undefined,
  expected?: string,
): RolecallError {
  return new RolecallError({
    code: 'inventory-invalid',
    message,
    ...(at && { at }),
    ...(expected !== undefined && { expected }),
  });
}
