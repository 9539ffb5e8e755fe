import type { Expression, Target } from '../syntax.ts';
import type { Tokens } from './tokens.ts';

/** Reads an already parsed expression as something that can be assigned to. */
export function targetFrom(tokens: Tokens, node: Expression): Target {
  const { offset } = node;
  if (node.kind === 'name') return { kind: 'name', name: node.name, offset };
  if (node.kind === 'attribute' && node.target.kind === 'name') {
    return { kind: 'attribute', object: node.target.name, name: node.name, offset };
  }
  if (node.kind === 'tuple' || node.kind === 'list') {
    return { kind: 'tuple', items: node.items.map((item) => targetFrom(tokens, item)), offset };
  }
  throw tokens.fail('this cannot be assigned to', offset);
}
