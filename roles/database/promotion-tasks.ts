import {
  type Completion,
  type Decision,
  defineModule,
  type Plain,
  type Static,
  Type,
  taskOf,
} from 'rolecall';
import { gtidText, size } from './promotion-gtid.ts';
import { notYetReceived, type PromotionRequest, planPromotion } from './promotion-plan.ts';
import { engineArgument, type MemberState, parseState, stateScript } from './promotion-state.ts';

const states = Type.Record(Type.String(), Type.Unknown(), {
  description: 'What each member said about itself, by its name.',
});

const planArgs = Type.Object({
  engine: engineArgument,
  candidate: Type.String({ description: 'The replica to promote.' }),
  declared: Type.String({ description: 'The primary of the inventory.' }),
  members: Type.Record(Type.String(), Type.String(), { description: 'Addresses by name.' }),
  states,
  oldPrimaryGone: Type.Boolean({ description: 'The old primary is off for good.' }),
  force: Type.Boolean({ description: 'Promote even where that loses transactions.' }),
});

/** Judges a promotion; changes nothing. Its result has `fence`, `awaited`, `follow`, `term`, `record`. */
export const promotionPlan = taskOf<
  Omit<Static<typeof planArgs>, 'states'> & { readonly states: unknown }
>(
  defineModule({
    name: 'database_promotion_plan',
    summary: 'Refuses a promotion that would lose data, or says what it takes.',
    args: planArgs,
    examples: ['- database_promotion_plan: { engine: mysql, candidate: db2 }'],
    returns: { plan: 'Who is fenced, who follows.' },
    observe: () => ({}),
    decide(args): Decision {
      const plan = planPromotion(args as unknown as PromotionRequest);
      if (plan.kind === 'refused') {
        return { kind: 'failed', message: plan.message, hint: plan.hint };
      }
      const { kind: _, ...rest } = plan;
      const says = [
        plan.fence.length > 0 ? `fence ${plan.fence.join(', ')}` : 'nobody to fence',
        plan.follow.length > 0
          ? `${plan.follow.join(', ')} to follow ${args.candidate}`
          : 'nobody to follow',
        ...(plan.lost > 0 ? [`${plan.lost} transactions are lost, as forced`] : []),
      ];
      return {
        kind: 'unchanged',
        reason: says.join('; '),
        result: { plan: rest as unknown as Plain },
      };
    },
  }),
);

const receivedArgs = Type.Object({
  engine: engineArgument,
  closed: Type.Array(Type.Unknown(), { description: 'What the closed servers said last.' }),
});

/** Waits until a candidate has received all that closed servers have executed, for up to two minutes. */
export const databaseReceived = taskOf<{
  readonly engine: Static<typeof engineArgument>;
  readonly closed: unknown;
}>(
  defineModule({
    name: 'database_received',
    summary: 'Waits until a replica has received everything.',
    args: receivedArgs,
    examples: ['- database_received: { engine: mysql, closed: [] }'],
    returns: {},
    observe: () => ({}),
    decide: ({ engine, closed }) => ({
      kind: 'query',
      steps: [{ script: stateScript(engine) }],
      dependsOnEarlierChanges: false,
      repeat: { everyMs: 500, forMs: 120_000 },
      complete: ([output]): Completion => {
        const lacks = notYetReceived(engine, parseState(output!), closed as MemberState[]);
        if (size(lacks) === 0) return { result: {} };
        return {
          result: {},
          again: true,
          failed: `it has not received ${size(lacks)} transactions of the old primary: ${gtidText(lacks)}; the old primary is closed for writes: run again, or open it with SET GLOBAL read_only = OFF`,
        };
      },
    }),
  }),
);
