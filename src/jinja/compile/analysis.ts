/** Which names a template takes from outside, found while it is compiled. */
export class Analysis {
  /** Names that the template does not define itself. */
  readonly free = new Set<string>();
  /** Free names that some `default` or `is defined` allows to be missing. */
  readonly guarded = new Set<string>();
  /** Names of lookups that are called with a literal name. */
  readonly lookups = new Set<string>();
  /** Free names that are called, with the place of the first call. */
  readonly calls = new Map<string, number>();
  /** Names of templates given as literals to include, import and extends. */
  readonly templates = new Set<string>();
  /** True when the template calls a method that changes a list or dict. */
  mutates = false;
  private scopes: Set<string>[] = [new Set()];
  private uses: Set<string>[] = [];

  declare(name: string): void {
    this.scopes.at(-1)!.add(name);
  }

  use(name: string): void {
    for (const use of this.uses) use.add(name);
    if (!this.isDeclared(name)) this.free.add(name);
  }

  isDeclared(name: string): boolean {
    return this.scopes.some((scope) => scope.has(name));
  }

  scoped<T>(names: Iterable<string>, body: () => T): T {
    this.scopes.push(new Set(names));
    try {
      return body();
    } finally {
      this.scopes.pop();
    }
  }

  /** Runs `body` and tells which names it used, declared or not. */
  usesOf<T>(body: () => T): { result: T; used: ReadonlySet<string> } {
    const used = new Set<string>();
    this.uses.push(used);
    try {
      return { result: body(), used };
    } finally {
      this.uses.pop();
    }
  }
}
