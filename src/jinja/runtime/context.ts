import type { Runtime } from './runtime.ts';
import type { BlockCode, CompiledTemplate } from './template.ts';

/** What a template and those it extends share while they run. */
export class Context {
  readonly runtime: Runtime;
  /** False in a template that is imported without context. */
  readonly withVariables: boolean;
  /** Per block name the codes from the most derived template to the base. */
  readonly blocks = new Map<string, BlockCode[]>();
  /** Set by `extends`; from then on output is dropped. */
  parent: CompiledTemplate | undefined;

  constructor(runtime: Runtime, withVariables: boolean) {
    this.runtime = runtime;
    this.withVariables = withVariables;
  }

  addBlocks(blocks: ReadonlyMap<string, BlockCode>): void {
    for (const [name, code] of blocks) {
      const known = this.blocks.get(name);
      if (known) known.push(code);
      else this.blocks.set(name, [code]);
    }
  }
}
