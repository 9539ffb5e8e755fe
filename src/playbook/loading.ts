import { type Problem, RolecallError, type SourcePosition } from '../errors.ts';
import type { Value } from '../values.ts';
import { loadYaml } from '../yaml/load.ts';
import { markSecret } from '../yaml/secrets.ts';
import type { PlaybookContext } from './context.ts';
import { diskFiles, type SourceFiles } from './files.ts';

/** A variable that some template or expression uses. */
export interface VariableUse {
  readonly name: string;
  /** The template or expression, and where it begins. */
  readonly text: string;
  readonly at: SourcePosition;
  readonly isExpression: boolean;
  /** Whether the template copes with the lack of it (`default`, `is defined`). */
  readonly guarded: boolean;
}

/** The state of one load: files read so far and everything found wrong in them. */
export class Loading {
  readonly problems: Problem[] = [];
  /** What is odd and changes nothing, for lint. */
  readonly warnings: Problem[] = [];
  readonly context: PlaybookContext;
  readonly files: SourceFiles;
  /** What templates use, for lint. */
  readonly uses: VariableUse[] = [];
  /** Conditions written in braces, for lint. */
  readonly bracedConditions: SourcePosition[] = [];
  private readonly seen = new Set<string>();
  private readonly parsed = new Map<string, Value | undefined>();
  private readonly lines = new Map<string, readonly string[]>();

  constructor(context: PlaybookContext) {
    this.context = context;
    this.files = context.files ?? diskFiles;
  }

  /** Adds a problem, once for each place. */
  report(problem: Problem): void {
    const { file, line, column } = problem.at ?? {};
    const key = [problem.code, file, line, column, problem.message].join('\0');
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.problems.push(problem);
  }

  /** Runs a step; what it throws on purpose is reported, and the result is then undefined. */
  attempt<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof RolecallError)) throw error;
      for (const problem of error.problems) this.report(problem);
      return undefined;
    }
  }

  /** Throws everything that was found, at once, file by file from top to bottom. */
  finish(): void {
    if (this.problems.length > 0) throw new RolecallError(inOrder(this.problems));
  }

  /** The YAML value of a file, read once; undefined when it is missing or wrong, which is reported. */
  yaml(path: string, namedAt?: SourcePosition): Value | undefined {
    if (!this.parsed.has(path)) this.parsed.set(path, this.readYaml(path, namedAt));
    return this.parsed.get(path);
  }

  /** The lines of a file that was read, for positions inside of scalars. */
  sourceLines(path: string): readonly string[] {
    return this.lines.get(path) ?? [];
  }

  /** The text of a file that is no YAML, its lines kept for positions. Throws `source-not-found`. */
  source(path: string): string {
    const text = this.read(path).toString();
    this.lines.set(path, text.split(/\r\n?|\n/));
    return text;
  }

  /** The bytes of a file. Throws `source-not-found` where it cannot be read. */
  read(path: string, at?: SourcePosition): Buffer | string {
    try {
      return this.files.read(path);
    } catch (error) {
      const place = at ?? { file: path, line: 1, column: 1 };
      const message = unreadable(path, error);
      throw new RolecallError({ code: 'source-not-found', message, at: place });
    }
  }

  private readYaml(path: string, namedAt: SourcePosition | undefined): Value | undefined {
    return this.attempt(() => {
      const source = this.read(path, namedAt);
      const plain = this.decrypted(source, path, namedAt);
      this.lines.set(path, plain.toString().split(/\r\n?|\n/));
      const value = loadYaml(plain, path);
      if (plain !== source && value instanceof Map) markSecret(value);
      return value;
    });
  }

  private decrypted(source: Buffer | string, path: string, at: SourcePosition | undefined) {
    const head = source.slice(0, vaultMark.length).toString();
    if (head !== vaultMark) return source;
    if (this.context.vault) return this.context.vault.decrypt(source.toString(), path);
    throw new RolecallError({
      code: 'vault-failed',
      message: `${path} is encrypted, and no vault password was given`,
      at: at ?? { file: path, line: 1, column: 1 },
    });
  }
}

/** Problems file by file in the order in which files were met, each file from top to bottom. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  const files = [...new Set(problems.map((problem) => problem.at?.file))];
  const rank = (problem: Problem) => files.indexOf(problem.at?.file);
  return problems.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.at?.line ?? 0) - (b.at?.line ?? 0) ||
      (a.at?.column ?? 0) - (b.at?.column ?? 0),
  );
}

const vaultMark = '$ANSIBLE_VAULT;';

function unreadable(path: string, error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.startsWith('ENOENT') ? `there is no file ${path}` : `cannot read ${path}: ${text}`;
}
