import type { Value } from '../../values.ts';
import { Fault } from '../python/faults.ts';
import { Context } from './context.ts';
import { Frame } from './frame.ts';
import type { Runtime } from './runtime.ts';

/** How a statement ended: 0 = went on, 1 = break, 2 = continue. */
export type Jump = 0 | 1 | 2;
export type Run = (frame: Frame, out: Output) => Jump;
export type Evaluate = (frame: Frame) => Value;

export interface BlockCode {
  readonly run: Run;
  readonly required: boolean;
}

/** A template as closures. */
export interface CompiledTemplate {
  readonly file: string;
  readonly run: Run;
  readonly blocks: ReadonlyMap<string, BlockCode>;
}

const maximumOutput = 100_000_000;

/** Collects the text of a template. */
export class Output {
  private readonly parts: string[] = [];
  private length = 0;
  /** True after `extends`: what a template writes outside of blocks is dropped. */
  muted = false;

  write(part: string): void {
    if (this.muted) return;
    this.length += part.length;
    if (this.length > maximumOutput) throw new Fault('the text of the template grows without end');
    this.parts.push(part);
  }

  toString(): string {
    return this.parts.join('');
  }
}

/** Runs a template and then those it extends, in one context; returns its outermost frame. */
export function runTemplate(
  template: CompiledTemplate,
  runtime: Runtime,
  out: Output,
  outer?: Frame,
  withVariables = true,
): Frame {
  const context = new Context(runtime, withVariables);
  const frame = new Frame(context, outer);
  let extended = 0;
  let current: CompiledTemplate | undefined = template;
  while (current) {
    const running: CompiledTemplate = current;
    context.parent = undefined;
    out.muted = false;
    context.addBlocks(running.blocks);
    runtime.within(running.file, () => running.run(frame, out));
    current = context.parent;
    if (++extended > 50) throw new Fault(`'${running.file}' extends itself`);
  }
  out.muted = false;
  return frame;
}
