import { readFileSync } from 'node:fs';
import type { Address } from './database/contract.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Every variable that is missing or wrong, one line each. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/**
 * Reads typed values from environment variables and collects what is wrong with them. Whatever it
 * returns for a wrong one is a stand-in: call `finish`, which throws, before any is used.
 */
export class EnvironmentReader {
  readonly #env: Environment;
  readonly #problems: string[] = [];

  constructor(env: Environment) {
    this.#env = env;
  }

  text(name: string, fallback?: string): string {
    const value = this.#env[name] || fallback;
    if (value === undefined) this.problem(name, 'is missing');
    return value ?? '';
  }

  /** A name that can stand in a response header. */
  name(name: string): string {
    const value = this.text(name);
    if (value !== '' && !/^[\w.-]{1,64}$/.test(value)) {
      this.problem(
        name,
        `is ${JSON.stringify(value)}, not a name of letters, digits, '.', '-', '_'`,
      );
    }
    return value;
  }

  port(name: string, fallback?: number): number {
    const value = this.text(name, fallback?.toString());
    if (value !== '' && !isPort(value)) {
      this.problem(name, `is ${JSON.stringify(value)}, not a port from 1 to 65535`);
    }
    return Number(value);
  }

  seconds(name: string, fallback: number): number {
    const value = this.text(name, String(fallback));
    if (/^\d+(\.\d+)?$/.test(value) && Number(value) <= 3600) return Number(value);
    this.problem(name, `is ${JSON.stringify(value)}, not a number of seconds from 0 to 3600`);
    return fallback;
  }

  oneOf<const T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const value = this.text(name, fallback);
    const found = choices.find((choice) => choice === value);
    if (!found) this.problem(name, `is ${JSON.stringify(value)}, not one of ${choices.join(', ')}`);
    return found ?? fallback;
  }

  /** `host`, `host:port` or `[v6]:port`, separated by commas. */
  addresses(name: string, defaultPort: number): Address[] {
    const value = this.text(name);
    if (value === '') return [];
    return value.split(',').map((part) => {
      const groups = addressPattern.exec(part.trim())?.groups;
      const host = groups?.host ?? groups?.v6;
      const port = groups?.port ?? String(defaultPort);
      if (host === undefined || !isPort(port)) {
        this.problem(name, `has ${JSON.stringify(part)} in it, not a host, host:port or [v6]:port`);
      }
      return { host: host ?? '', port: Number(port) };
    });
  }

  /** The contents of the file that the variable names, if it names one. */
  file(name: string): string | undefined {
    const path = this.#env[name];
    if (!path) return undefined;
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      this.problem(name, `names ${path}, which cannot be read: ${(error as Error).message}`);
      return undefined;
    }
  }

  /** From the variable itself, or from the file that NAME_FILE names: its first line. */
  secret(name: string): string {
    const fileName = `${name}_FILE`;
    if (!this.#env[fileName]) {
      if (!this.#env[name]) this.problem(name, `is missing, and so is ${fileName}`);
      return this.#env[name] ?? '';
    }
    if (this.#env[name]) this.problem(name, `is set, and so is ${fileName}: set one of them`);
    const [line] = this.file(fileName)?.split(/\r?\n/) ?? [];
    if (line === '') this.problem(fileName, 'names a file whose first line is empty');
    return line ?? '';
  }

  problem(name: string, what: string): void {
    this.#problems.push(`${name} ${what}`);
  }

  finish(): void {
    if (this.#problems.length > 0) throw new ConfigError(this.#problems);
  }
}

const addressPattern = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<host>[\w.-]+))(?::(?<port>\d+))?$/i;

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
}
