import type { ErrorCode, Problem, SourcePosition } from '../errors.ts';
import { RolecallError } from '../errors.ts';

/** The text of one template and where it stands in a file, so that offsets become positions. */
export class Source {
  readonly text: string;
  readonly at: SourcePosition;

  constructor(text: string, at: SourcePosition) {
    this.text = text;
    this.at = at;
  }

  /** Line 1 continues the line that the template starts on; later lines count from column 1. */
  position(offset: number): SourcePosition {
    let line = 0;
    let start = 0;
    for (
      let newline = this.text.indexOf('\n');
      newline !== -1 && newline < offset;
      newline = this.text.indexOf('\n', start)
    ) {
      line++;
      start = newline + 1;
    }
    const column = offset - start + 1;
    return {
      file: this.at.file,
      line: this.at.line + line,
      column: line === 0 ? this.at.column + column - 1 : column,
    };
  }

  error(code: ErrorCode, offset: number, message: string, more: Partial<Problem> = {}) {
    return new RolecallError({ code, message, at: this.position(offset), ...more });
  }

  syntaxError(offset: number, message: string, more: Partial<Problem> = {}) {
    return this.error('template-syntax', offset, message, more);
  }
}
