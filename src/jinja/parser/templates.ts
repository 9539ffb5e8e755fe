import type { Token } from '../lexer.ts';
import type { Statement } from '../syntax.ts';
import { parseExpression } from './expressions.ts';
import type { Tokens } from './tokens.ts';

export function parseInclude(tokens: Tokens, tag: Token): Statement {
  const template = parseExpression(tokens);
  let ignoreMissing = false;
  if (tokens.isName('ignore') && tokens.look().value === 'missing') {
    tokens.next();
    tokens.next();
    ignoreMissing = true;
  }
  const withContext = parseContext(tokens, true);
  tokens.expect('block-end');
  return { kind: 'include', template, ignoreMissing, withContext, offset: tag.offset };
}

export function parseImport(tokens: Tokens, tag: Token): Statement {
  const template = parseExpression(tokens);
  tokens.expect('name', 'as');
  const { value: name } = tokens.expect('name');
  const withContext = parseContext(tokens, false);
  tokens.expect('block-end');
  return { kind: 'import', template, name, withContext, offset: tag.offset };
}

export function parseFromImport(tokens: Tokens, tag: Token): Statement {
  const template = parseExpression(tokens);
  tokens.expect('name', 'import');
  const names: { name: string; as: string }[] = [];
  while (!tokens.is('block-end') && !atContext(tokens)) {
    const { value: name, offset } = tokens.expect('name');
    if (name.startsWith('_')) {
      throw tokens.fail(
        `'${name}' cannot be imported: names that start with an underscore are private`,
        offset,
      );
    }
    const as = tokens.skipName('as') ? tokens.expect('name').value : name;
    names.push({ name, as });
    if (!tokens.skipOperator(',')) break;
  }
  if (names.length === 0)
    throw tokens.fail(`expected a name to import, found ${tokens.describe()}`);
  const withContext = parseContext(tokens, false);
  tokens.expect('block-end');
  return { kind: 'from-import', template, names, withContext, offset: tag.offset };
}

export function parseExtends(tokens: Tokens, tag: Token): Statement {
  const template = parseExpression(tokens);
  tokens.expect('block-end');
  return { kind: 'extends', template, offset: tag.offset };
}

function atContext(tokens: Tokens): boolean {
  return tokens.isName('with', 'without') && tokens.look().value === 'context';
}

function parseContext(tokens: Tokens, otherwise: boolean): boolean {
  if (!atContext(tokens)) return otherwise;
  const withContext = tokens.next().value === 'with';
  tokens.next();
  return withContext;
}
