import type { Problem, SourcePosition } from '../../errors.ts';
import { mayContainTemplate } from '../../jinja/template.ts';
import { isSecret } from '../../roles/secret.ts';
import type { SchemaNode } from '../../schema/coerce.ts';
import { type ParameterPath, shown } from '../../schema/parameters.ts';
import type { Mapping, Value } from '../../values.ts';
import { positionOfValue } from '../../yaml/positions.ts';
import { isSecretKey } from '../../yaml/secrets.ts';
import type { TaskScope } from '../task-scope.ts';
import type { GivenParameters } from './given-parameters.ts';

/** Parameters that are secrets and stand in a file as plain text, also by way of another variable. */
export function plainSecrets(
  role: string,
  schema: unknown,
  given: GivenParameters,
  scope: TaskScope,
): Problem[] {
  const search = new Search(role, scope);
  const properties = (schema as SchemaNode).properties ?? {};
  for (const [name, { container, trusted }] of given.byName) {
    const node = properties[name];
    if (node && trusted) search.visit(node, container, name, [name], false);
  }
  return search.problems;
}

class Search {
  readonly problems: Problem[] = [];
  readonly #role: string;
  readonly #scope: TaskScope;

  constructor(role: string, scope: TaskScope) {
    this.#role = role;
    this.#scope = scope;
  }

  visit(
    node: SchemaNode,
    container: Mapping | Value[],
    key: string | number,
    path: ParameterPath,
    within: boolean,
  ): void {
    const value = container instanceof Map ? container.get(key) : container[Number(key)];
    const hidden = within || (container instanceof Map && isSecretKey(container, key));
    if (value === undefined || value === null) return;
    if (typeof value === 'string' && mayContainTemplate(value)) {
      this.#follow(node, value, path);
      return;
    }
    if (isSecret(node)) {
      if (typeof value === 'string' || typeof value === 'number') {
        if (!hidden) this.#report(path, positionOfValue(container, key));
      }
      return;
    }
    for (const branch of node.anyOf ?? []) this.visit(branch, container, key, path, hidden);
    if (Array.isArray(value) && node.items) {
      for (const index of value.keys()) {
        this.visit(node.items, value, index, [...path, index], hidden);
      }
    }
    if (value instanceof Map) {
      const others = Object.values(node.patternProperties ?? {})[0];
      for (const name of value.keys()) {
        const inner = node.properties?.[String(name)] ?? others;
        if (inner) this.visit(inner, value, name as string, [...path, String(name)], hidden);
      }
    }
  }

  /** `{{ name }}` is what the variable is; anything more complicated is taken for a lookup. */
  #follow(node: SchemaNode, template: string, path: ParameterPath): void {
    const name = /^\s*\{\{\s*([A-Za-z_]\w*)\s*\}\}\s*$/.exec(template)?.[1];
    const layer = name === undefined ? undefined : this.#scope.layers(name).at(-1);
    if (!layer?.trusted || path.length > 40) return;
    this.visit(node, layer.values as Mapping, name!, [...path], false);
  }

  #report(path: ParameterPath, at: SourcePosition | undefined): void {
    if (!at || this.problems.some((known) => known.at === at)) return;
    this.problems.push({
      code: 'plain-secret',
      message: `${this.#role}: '${shown(path)}' is a secret and stands here as plain text`,
      at,
      expected: 'a vault value, or a lookup',
      hint: 'Encrypt it with `ansible-vault encrypt_string`, or use "{{ lookup(\'password\', FILE) }}", which makes one.',
    });
  }
}
