import type { RolecallError } from '../../errors.ts';
import type { Token, TokenType } from '../lexer.ts';
import type { Source } from '../source.ts';

const maximumDepth = 150;

/** A cursor over tokens, with the checks and errors that all parsing functions share. */
export class Tokens {
  readonly source: Source;
  private readonly tokens: readonly Token[];
  private index = 0;
  private depth = 0;

  constructor(source: Source, tokens: readonly Token[]) {
    this.source = source;
    this.tokens = tokens;
  }

  get current(): Token {
    return this.tokens[this.index]!;
  }

  look(distance = 1): Token {
    return this.tokens[Math.min(this.index + distance, this.tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.current;
    if (this.index < this.tokens.length - 1) this.index++;
    return token;
  }

  is(type: TokenType, value?: string): boolean {
    const token = this.current;
    return token.type === type && (value === undefined || token.value === value);
  }

  isName(...words: string[]): boolean {
    return this.current.type === 'name' && words.includes(this.current.value);
  }

  isOperator(...operators: string[]): boolean {
    return this.current.type === 'operator' && operators.includes(this.current.value);
  }

  skipName(word: string): boolean {
    if (!this.isName(word)) return false;
    this.next();
    return true;
  }

  skipOperator(operator: string): boolean {
    if (!this.isOperator(operator)) return false;
    this.next();
    return true;
  }

  expect(type: TokenType, value?: string): Token {
    if (!this.is(type, value)) {
      throw this.fail(
        `expected ${value ? `'${value}'` : typeNames[type]}, found ${this.describe()}`,
      );
    }
    return this.next();
  }

  expectOperator(operator: string): Token {
    return this.expect('operator', operator);
  }

  fail(message: string, offset = this.current.offset): RolecallError {
    return this.source.syntaxError(offset, message);
  }

  describe(token = this.current): string {
    switch (token.type) {
      case 'end':
        return 'the end of the template';
      case 'data':
        return 'text';
      case 'string':
        return `the string '${token.value}'`;
      default:
        return `'${token.value}'`;
    }
  }

  /** Runs `parse` one level deeper and refuses what nests beyond reason. */
  nested<T>(parse: () => T): T {
    if (++this.depth > maximumDepth) throw this.fail('this is nested too deeply');
    try {
      return parse();
    } finally {
      this.depth--;
    }
  }
}

const typeNames: Record<TokenType, string> = {
  data: 'text',
  'variable-begin': "'{{'",
  'variable-end': "'}}'",
  'block-begin': "'{%'",
  'block-end': "'%}'",
  name: 'a name',
  string: 'a string',
  integer: 'an integer',
  float: 'a number',
  operator: 'an operator',
  end: 'the end',
};
