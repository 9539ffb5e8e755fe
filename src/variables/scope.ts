import type { SourcePosition } from '../errors.ts';
import { connectionVariables } from '../inventory/connection-names.ts';
import type { Environment, Scope } from '../jinja/environment.ts';
import { mayContainTemplate } from '../jinja/template.ts';
import { type Mapping, Unsafe, type Value, type Vaulted } from '../values.ts';
import { positionOfKey, positionOfValue } from '../yaml/positions.ts';
import { isSecretKey } from '../yaml/secrets.ts';
import { ComputedMap } from './computed-map.ts';
import type { Layer } from './layer.ts';
import {
  EvaluatedMap,
  type Evaluator,
  evaluateLiteral,
  isOpen,
  undefinedInstead,
} from './literals.ts';
import { evaluateTemplate } from './templates.ts';
import { type Dependencies, dependOn, everything, surroundings, tracked } from './tracking.ts';

/** What templates in variables need besides variables. */
export interface ScopeContext {
  /** Lookups and other templates, for templates evaluated in this scope. */
  surroundings(scope: Scope): Omit<Environment, 'scope'>;
  /** Plain text of a `!vault` value; throws `vault-failed`. */
  decrypt(ciphertext: string, at: SourcePosition): string;
  /** Told every decrypted text that is used, so that it is hidden from then on. */
  onSecret?(value: string): void;
}

/** Where a variable has been given a value. */
export interface Origin {
  readonly layer: Layer;
  readonly at: SourcePosition | undefined;
}

interface Entry {
  readonly value: Value;
  readonly read: Dependencies;
}

interface Kept {
  readonly result: unknown;
  readonly read: Dependencies;
}

/**
 * The variables of one host at one moment, evaluated when they are used and then kept. Layers are
 * never changed afterwards: after a result is registered, a new scope is made.
 *
 * @example new VariableScope([trustedLayer('play vars', vars, precedence.playVars)], context).get('port')
 */
export class VariableScope implements Scope, Evaluator {
  private readonly layers: readonly Layer[];
  private readonly context: ScopeContext;
  private readonly parent: VariableScope | undefined;
  private readonly entries = new Map<string, Entry>();
  /** Of the outermost scope only. */
  private readonly kept: Map<string, Kept> | undefined;
  private environmentCache: Environment | undefined;
  private boundContext: ScopeContext | undefined;

  constructor(layers: readonly Layer[], context: ScopeContext, parent?: VariableScope) {
    this.layers =
      layers.length > 1 ? layers.toSorted((a, b) => a.precedence - b.precedence) : layers;
    this.kept = parent ? undefined : new Map();
    this.context = context;
    this.parent = parent;
  }

  /** The value of a variable; undefined when there is none, Undefined when one that it needs is missing. */
  get(name: string): Value | undefined {
    if (name === 'vars') {
      dependOn([everything]);
      return new ScopeMapping(this);
    }
    const entry = this.entry(name);
    dependOn(entry ? entry.read : [name]);
    return entry?.value;
  }

  has(name: string): boolean {
    return this.find(name) !== undefined;
  }

  /** Names of all variables, each once. */
  names(): Set<string> {
    dependOn([everything]);
    const names = this.parent?.names() ?? new Set<string>();
    for (const layer of this.layers) for (const key of layer.values.keys()) names.add(String(key));
    return names;
  }

  /**
   * What `compute` makes of variables, worked out in the outermost scope and kept there under a key: scopes
   * with more layers get the same, unless their layers have something that it read.
   *
   * @example scope.keep('port', (scope) => Number(scope.get('ansible_port')))
   */
  keep<T>(key: string, compute: (scope: VariableScope) => T): T {
    let root: VariableScope = this;
    const added: Layer[] = [];
    for (; root.parent; root = root.parent) for (const layer of root.layers) added.push(layer);
    let kept = root.kept!.get(key);
    if (!kept) {
      try {
        kept = tracked(root, `\0keep ${key}`, undefined, () => compute(root));
      } catch {
        // What fails out there may well succeed with the variables that were added.
        return compute(this);
      }
      root.kept!.set(key, kept);
    } else dependOn(kept.read);
    return added.length > 0 && differs(added, kept.read) ? compute(this) : (kept.result as T);
  }

  /** A scope with more layers; this one stays as it is. With a context of its own it looks up files anew. */
  with(layers: Layer | readonly Layer[], context?: Partial<ScopeContext>): VariableScope {
    const added = Array.isArray(layers) ? (layers as readonly Layer[]) : [layers as Layer];
    if (!context) return new VariableScope(added, this.context, this);
    this.boundContext ??= bound(this.context);
    return new VariableScope(added, { ...this.boundContext, ...context }, this);
  }

  /** All places that give the variable a value: the one that counts first, then what it hides. */
  origin(name: string): Origin[] {
    return this.candidates(name)
      .sort((a, b) => b.precedence - a.precedence)
      .map((layer) => ({ layer, at: positionOfKey(layer.values as Mapping, name) }));
  }

  /** What each layer gives the variable as it is written, lowest precedence first. */
  literals(name: string): Layer[] {
    return this.candidates(name)
      .sort((a, b) => b.precedence - a.precedence)
      .reverse();
  }

  /** A literal with its templates evaluated; mappings evaluate their items when they are used. */
  evaluate(literal: Value, at?: SourcePosition): Value {
    return evaluateLiteral(literal, this, at);
  }

  template(source: string, at: SourcePosition): Value {
    return evaluateTemplate(source, at, this.environment());
  }

  decrypt(secret: Vaulted): string {
    const text = this.context.decrypt(secret.ciphertext, secret.at);
    this.context.onSecret?.(text);
    return text;
  }

  /** What to evaluate templates of this scope in. */
  environment(): Environment {
    if (this.environmentCache) return this.environmentCache;
    const around = this.context.surroundings(this);
    const { lookup, loadTemplate } = around;
    this.environmentCache = {
      ...around,
      scope: this,
      ...(lookup && {
        lookup: (name, terms, options) => {
          dependOn([surroundings]);
          return lookup.call(around, name, terms, options);
        },
      }),
      ...(loadTemplate && {
        loadTemplate: (name, from) => {
          dependOn([surroundings]);
          return loadTemplate.call(around, name, from);
        },
      }),
    };
    return this.environmentCache;
  }

  private entry(name: string): Entry | undefined {
    const cached = this.entries.get(name);
    if (cached) return cached;
    const layer = this.find(name);
    if (!layer) return undefined;
    const literal = layer.values.get(name)!;
    const entry =
      !layer.trusted || !isOpen(literal)
        ? { value: literal, read: new Set([name]) }
        : (this.inherited(name, layer) ?? this.evaluated(name, layer, literal));
    if (this.context.onSecret && isSecret(name, layer)) reportText(literal, this.context);
    this.entries.set(name, entry);
    return entry;
  }

  private evaluated(name: string, layer: Layer, literal: Value): Entry {
    const at = positionOfValue(layer.values as Mapping, name) ?? {
      file: `<${layer.name}>`,
      line: 1,
      column: 1,
    };
    const { result, read } = tracked(this, name, at, () =>
      undefinedInstead(() => evaluateLiteral(literal, this, at), name),
    );
    return { value: result, read };
  }

  /** The parent's value, where nothing that it read is different here. */
  private inherited(name: string, layer: Layer): Entry | undefined {
    if (!this.parent || this.layers.includes(layer)) return undefined;
    let entry: Entry | undefined;
    try {
      entry = this.parent.entry(name);
    } catch {
      // What fails there may well succeed with the variables that are added here.
      return undefined;
    }
    if (!entry || entry.read.has(everything) || !isComplete(entry.value)) return undefined;
    if (entry.read.has(surroundings) && this.context !== this.parent.context) return undefined;
    for (const read of entry.read) {
      if (this.layers.some((own) => own.values.has(read))) return undefined;
    }
    return entry;
  }

  private find(name: string): Layer | undefined {
    let found: Layer | undefined = this.parent?.find(name);
    for (const layer of this.layers) {
      if (layer.values.has(name) && layer.precedence >= (found?.precedence ?? 0)) found = layer;
    }
    return found;
  }

  /** Later ones first, so that a stable sort puts the winner first. */
  private candidates(name: string): Layer[] {
    const own = this.layers.filter((layer) => layer.values.has(name)).reverse();
    return [...own, ...(this.parent?.candidates(name) ?? [])];
  }
}

/** A scope as a mapping: `vars`, and one host in `hostvars`. */
export class ScopeMapping extends ComputedMap {
  private readonly scope: VariableScope;

  constructor(scope: VariableScope) {
    super();
    this.scope = scope;
  }

  override has(key: Value): boolean {
    return typeof key === 'string' && key !== 'vars' && this.scope.has(key);
  }

  protected override compute(key: Value): Value {
    return this.scope.get(key as string)!;
  }

  protected override keyList(): Iterable<Value> {
    return this.scope.names();
  }
}

/** Whether layers may give another result to what read these names. */
function differs(added: readonly Layer[], read: Dependencies): boolean {
  if (read.has(everything) || read.has(surroundings)) return true;
  for (const { values } of added) {
    for (const name of values.keys()) if (read.has(name as string)) return true;
  }
  return false;
}

/** Whether nothing in a value is still to be evaluated in the scope that it came from. */
function isComplete(value: Value): boolean {
  if (Array.isArray(value)) return value.every(isComplete);
  if (value instanceof EvaluatedMap || value instanceof ScopeMapping) return false;
  if (!(value instanceof Map) || value instanceof ComputedMap) return true;
  return [...value.values()].every(isComplete);
}

/** What an encrypted file holds is secret, but for the names by which hosts are reached and shown. */
function isSecret(name: string, layer: Layer): boolean {
  return isSecretKey(layer.values, name) && (!shownNames.has(name) || name.includes('pass'));
}

const shownNames = new Set(connectionVariables);

function reportText(literal: Value, context: ScopeContext): void {
  if (typeof literal === 'string' && !mayContainTemplate(literal)) context.onSecret!(literal);
  if (literal instanceof Unsafe) context.onSecret!(literal.text);
  const items = literal instanceof Map ? [...literal.values()] : literal;
  if (Array.isArray(items)) for (const item of items) reportText(item, context);
}

/** The methods of a context that may be an instance of a class. */
function bound(context: ScopeContext): ScopeContext {
  return {
    surroundings: (scope) => context.surroundings(scope),
    decrypt: (ciphertext, at) => context.decrypt(ciphertext, at),
    onSecret: (value) => context.onSecret?.(value),
  };
}
