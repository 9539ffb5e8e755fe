import { Type } from 'typebox';
import type { SourcePosition } from '../../errors.ts';
import { type Mapping, Unknown, type Value } from '../../values.ts';
import { positionOfValue } from '../../yaml/positions.ts';
import { failed, ok, unknown } from '../outcome.ts';
import type { ActionCall, EngineAction } from './action.ts';

export const assertAction: EngineAction = {
  name: 'assert',
  summary: 'Fails unless all conditions hold.',
  args: Type.Object({
    that: Type.Unknown({ description: 'One condition, or a list of them.' }),
    fail_msg: Type.Optional(Type.Unknown({ description: 'What to say when one does not hold.' })),
    success_msg: Type.Optional(Type.Unknown({ description: 'What to say when all hold.' })),
    quiet: Type.Optional(Type.Boolean({ description: 'Says less.', default: false })),
  }),
  aliases: { msg: 'fail_msg' },
  freeForm: undefined,
  raw: ['that'],
  examples: [
    "- assert:\n    that:\n      - port | int > 1024\n    fail_msg: 'the port is reserved'",
  ],
  returns: { assertion: 'The condition that does not hold.', evaluated_to: 'false' },
  run(call) {
    for (const { source, at } of conditions(call)) {
      const holds = call.scope.condition({ source, at });
      if (holds instanceof Unknown) return unknown(`whether '${source}' holds: ${holds.reason}`);
      if (holds) continue;
      const result: Mapping = new Map<Value, Value>([
        ['assertion', source],
        ['evaluated_to', false],
      ]);
      const message = call.args.fail_msg ?? `Assertion failed: ${source}`;
      const text = Array.isArray(message) ? message.join('\n') : String(message);
      return failed(text, { result, hint: `The condition is: ${source}` });
    }
    return ok(String(call.args.success_msg ?? 'All assertions passed'));
  },
};

function conditions({
  values,
  task,
}: ActionCall): { source: string | boolean; at: SourcePosition }[] {
  const that = values.get('that') ?? [];
  const list = Array.isArray(that) ? that : [that];
  return list.map((item, index) => ({
    source: typeof item === 'boolean' ? item : String(item),
    at: positionOfValue(that, index) ?? positionOfValue(task.action.args, 'that') ?? task.action.at,
  }));
}
