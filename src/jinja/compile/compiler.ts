import { Omit, Undefined, Unknown } from '../../values.ts';
import { Fault, UnknownUse } from '../python/faults.ts';
import { Nothing } from '../python/nothing.ts';
import type { BlockCode, CompiledTemplate, Evaluate, Run } from '../runtime/template.ts';
import type { Source } from '../source.ts';
import type { Body, Expression, Statement } from '../syntax.ts';
import { compileAttribute, compileItem, compileSlice } from './access.ts';
import { Analysis } from './analysis.ts';
import { compileCall, compileFilter, compileTest } from './applications.ts';
import type { Compiling } from './contract.ts';
import { placedError, undefinedError } from './errors.ts';
import {
  compileBinary,
  compileCompare,
  compileConcat,
  compileConditional,
  compileDict,
  compileList,
  compileLogic,
  compileName,
  compileUnary,
} from './expressions.ts';
import { compileFor } from './loops.ts';
import { compileCallBlock, compileMacro } from './macros.ts';
import {
  compileAutoescape,
  compileDo,
  compileFilterBlock,
  compileIf,
  compileOutput,
  compileSet,
  compileSetBlock,
  compileText,
  compileWith,
} from './statements.ts';
import {
  compileBlock,
  compileExtends,
  compileFromImport,
  compileImport,
  compileInclude,
} from './templates.ts';

/** Turns a parsed template into closures. */
export class Compiler implements Compiling {
  readonly source: Source;
  readonly analysis = new Analysis();
  readonly blocks = new Map<string, BlockCode>();

  constructor(source: Source) {
    this.source = source;
  }

  template(body: Body): CompiledTemplate {
    const run = this.body(body);
    return { file: this.source.at.file, run, blocks: this.blocks };
  }

  body(body: Body): Run {
    const runs = body.map((statement) => this.statement(statement));
    if (runs.length === 1) return runs[0]!;
    return (frame, out) => {
      for (const run of runs) {
        const jump = run(frame, out);
        if (jump !== 0) return jump;
      }
      return 0;
    };
  }

  expression(node: Expression): Evaluate {
    switch (node.kind) {
      case 'constant': {
        const { value } = node;
        return () => value;
      }
      case 'name':
        return compileName(this, node);
      case 'list':
      case 'tuple':
        return compileList(this, node);
      case 'dict':
        return compileDict(this, node);
      case 'unary':
        return compileUnary(this, node);
      case 'binary':
        return compileBinary(this, node);
      case 'concat':
        return compileConcat(this, node);
      case 'logic':
        return compileLogic(this, node);
      case 'compare':
        return compileCompare(this, node);
      case 'if':
        return compileConditional(this, node);
      case 'attribute':
        return compileAttribute(this, node);
      case 'item':
        return compileItem(this, node);
      case 'slice':
        return compileSlice(this, node);
      case 'call':
        return compileCall(this, node);
      case 'filter':
        return compileFilter(this, node);
      case 'test':
        return compileTest(this, node);
    }
  }

  operand(node: Expression): Evaluate {
    const evaluate = this.expression(node);
    if (node.kind === 'constant' || node.kind === 'list' || node.kind === 'dict') return evaluate;
    const { source } = this;
    return (frame) => {
      const value = evaluate(frame);
      if (value instanceof Nothing) return '';
      if (value instanceof Undefined) throw undefinedError(value, source, node.offset, frame);
      if (value instanceof Unknown) throw new UnknownUse(value);
      if (value instanceof Omit) {
        const fault = new Fault("'omit' cannot be used within text or a computation");
        throw placedError(fault, source, node.offset, frame);
      }
      return value;
    };
  }

  placed(offset: number, evaluate: Evaluate): Evaluate {
    const { source } = this;
    return (frame) => {
      try {
        return evaluate(frame);
      } catch (error) {
        throw placedError(error, source, offset, frame);
      }
    };
  }

  private statement(node: Statement): Run {
    const run = this.statementBody(node);
    const { source } = this;
    if (node.kind === 'text') return run;
    return (frame, out) => {
      try {
        return run(frame, out);
      } catch (error) {
        throw placedError(error, source, node.offset, frame);
      }
    };
  }

  private statementBody(node: Statement): Run {
    switch (node.kind) {
      case 'text':
        return compileText(node);
      case 'output':
        return compileOutput(this, node);
      case 'if':
        return compileIf(this, node);
      case 'for':
        return compileFor(this, node);
      case 'set':
        return compileSet(this, node);
      case 'set-block':
        return compileSetBlock(this, node);
      case 'macro':
        return compileMacro(this, node);
      case 'call-block':
        return compileCallBlock(this, node);
      case 'filter-block':
        return compileFilterBlock(this, node);
      case 'with':
        return compileWith(this, node);
      case 'autoescape':
        return compileAutoescape(this, node);
      case 'do':
        return compileDo(this, node);
      case 'break':
        return () => 1;
      case 'continue':
        return () => 2;
      case 'include':
        return compileInclude(this, node);
      case 'import':
        return compileImport(this, node);
      case 'from-import':
        return compileFromImport(this, node);
      case 'extends':
        return compileExtends(this, node);
      case 'block':
        return compileBlock(this, node);
    }
  }
}
