import {
  type ApplyStep,
  type Decision,
  defineModule,
  type Prediction,
  predict,
  sh,
  Type,
  taskOf,
  unit,
} from 'rolecall';
import { guardUnit } from './boot-guard-unit.ts';
import type { Engine } from './params.ts';
import { type ServerState, stateQuestion, variablesQuestion, withWrites } from './server-state.ts';
import { type Setting, sameForm } from './settings.ts';
import { type Answer, runSql, serviceOf, sqlText, systemctl } from './sql.ts';

export interface SettingsArgs {
  readonly engine: Engine;
  readonly settings: readonly Setting[];
}

type Change = Extract<Decision, { kind: 'change' }>;

interface Difference {
  readonly setting: Setting;
  readonly running: string | undefined;
}

/**
 * The server runs, with what its configuration file says: what can be set is set at once, for the rest it
 * is restarted. It does not go by whether the file has just changed, so an interrupted run is made up for.
 */
export const databaseSettingsModule = defineModule({
  name: 'database_settings',
  summary: 'Runs a database server with its declared settings.',
  args: Type.Object({
    engine: Type.Union([Type.Literal('mysql'), Type.Literal('mariadb')], {
      description: 'Which server.',
    }),
    settings: Type.Array(
      Type.Object({
        name: Type.String({ description: 'The variable.' }),
        value: Type.String({ description: 'Its value in the file.' }),
        dynamic: Type.Optional(Type.Boolean({ description: 'Whether it can be set at run time.' })),
        atBoot: Type.Optional(Type.Literal(true, { description: 'Only a start value.' })),
      }),
      { description: 'What is declared.' },
    ),
  }),
  examples: ['- database_settings:\n    engine: mysql\n    settings: []'],
  returns: { set: 'Variables that were set.', restarted: 'Whether the server was restarted.' },
  observe: ({ engine }: SettingsArgs) => ({
    variables: variablesQuestion(engine),
    unit: unit(serviceOf(engine)),
    state: stateQuestion(engine),
    guard: unit(guardUnit),
  }),
  decide: (args: SettingsArgs, observed): Decision => decideSettings(args, observed),
});

export const databaseSettings = taskOf<SettingsArgs>(databaseSettingsModule);

interface Observed {
  readonly variables: Answer<ReadonlyMap<string, string>>;
  readonly unit: { readonly activeState: string };
  readonly state: Answer<ServerState>;
  readonly guard: { readonly loadState: string };
}

function decideSettings(args: SettingsArgs, observed: Observed): Decision {
  const { engine, settings } = args;
  const { variables } = observed;
  const service = serviceOf(engine);
  if (variables.state !== 'up') return starting(args, observed);
  const running = variables.value;
  const differences = settings
    .filter(({ atBoot }) => !atBoot)
    .map((setting): Difference => ({ setting, running: running.get(setting.name) }))
    .filter((one) => !isSame(one));
  if (differences.length === 0) {
    return {
      kind: 'unchanged',
      reason: `${service} runs with ${settings.length} declared settings`,
      result: { set: [], restarted: false },
    };
  }
  const needRestart = differences.some(
    ({ setting, running: now }) => setting.dynamic === false || now === undefined,
  );
  const after = afterSetting(engine, running, differences);
  const restarted = [...afterStart(engine, settings, running), ...afterRestart(engine, observed)];
  if (needRestart) {
    return change(engine, 'restarted', differences, [systemctl('restart', engine)], restarted);
  }
  const set = runSql(
    engine,
    differences.map(({ setting }) => `SET GLOBAL ${setting.name} = ${sqlValue(setting.value)}`),
  );
  const isKnown = differences.every(({ setting }) => setting.dynamic === true);
  return isKnown
    ? change(engine, 'set at run time', differences, [set], after)
    : change(
        engine,
        'set, or restarted where need be',
        differences,
        [orRestart(engine, set)],
        restarted,
      );
}

/** It does not run; in a dry run an earlier task may have installed and started it. */
function starting({ engine, settings }: SettingsArgs, { variables, unit: service }: Observed) {
  const isUp = service.activeState === 'active' || service.activeState === 'activating';
  const isNew = variables.state === 'absent';
  const all = settings.map((setting): Difference => ({ setting, running: undefined }));
  const made = change(
    engine,
    isUp ? 'restarted' : 'started',
    [],
    [systemctl(isUp ? 'restart' : 'start', engine)],
    afterStart(engine, settings, new Map()),
  );
  return isNew ? { ...made, diff: [diffOf(engine, all)], outline: true } : made;
}

type Variables = ReadonlyMap<string, string>;

function afterSetting(
  engine: Engine,
  running: Variables,
  differences: readonly Difference[],
): Prediction[] {
  const set = differences.map(({ setting }): [string, string] => [setting.name, setting.value]);
  const value = new Map([...running, ...set]);
  return [predict(variablesQuestion(engine), { state: 'up', value })];
}

/** A start takes what the file says, start values as well. */
function afterStart(
  engine: Engine,
  settings: readonly Setting[],
  running: Variables,
): Prediction[] {
  const all = settings.map((setting): Difference => ({ setting, running: undefined }));
  return afterSetting(engine, running, all);
}

/** It starts read-only. A server that follows nobody may be the primary, which its guard opens. */
function afterRestart(engine: Engine, { state, guard }: Observed): Prediction[] {
  if (state.state !== 'up') return [];
  const guarded = guard.loadState === 'loaded' && state.value.source === undefined;
  const value = { ...withWrites(state.value, false), ...(guarded && { guarded }) };
  return [predict(stateQuestion(engine), { state: 'up', value })];
}

/** Error 1238: a variable that is read at the start only. */
function orRestart(engine: Engine, set: ApplyStep): ApplyStep {
  const script = sh`errors=$(${set.script} 2>&1) && exit 0
case $errors in
*'ERROR 1238'*) systemctl restart ${serviceOf(engine)} ;;
*) printf '%s\n' "$errors" >&2; exit 1 ;;
esac`;
  return { ...set, script };
}

function change(
  engine: Engine,
  how: 'restarted' | 'started' | 'set at run time' | 'set, or restarted where need be',
  differences: readonly Difference[],
  apply: Change['apply'],
  predicts: readonly Prediction[],
): Change {
  const names = differences.map(({ setting }) => setting.name);
  return {
    kind: 'change',
    summary: [`${serviceOf(engine)} ${how}`, names.join(', ')].filter(Boolean).join(': '),
    diff: [diffOf(engine, differences)],
    apply,
    touches: how === 'set at run time' ? [variablesQuestion(engine)] : 'everything',
    predicts,
    result: { set: names, restarted: how === 'restarted' },
    verify: true,
  };
}

function diffOf(engine: Engine, differences: readonly Difference[]) {
  const lines = (pick: (one: Difference) => string) =>
    differences.map((one) => `${one.setting.name} = ${pick(one)}\n`).join('');
  return {
    header: `running settings of ${serviceOf(engine)}`,
    before: lines(({ running }) => running ?? '(none)'),
    after: lines(({ setting }) => setting.value),
  };
}

/** Servers round the buffer pool up to whole chunks. */
function isSame({ setting, running }: Difference): boolean {
  if (running === undefined) return false;
  const [wanted, now] = [sameForm(setting.value), sameForm(running)];
  if (wanted === now) return true;
  const chunk = 128 * 1024 ** 2;
  return (
    setting.name === 'innodb_buffer_pool_size' &&
    Math.ceil(Number(wanted) / chunk) * chunk === Number(now)
  );
}

function sqlValue(value: string): string {
  const number = Number(sameForm(value));
  return value !== '' && Number.isFinite(number) ? String(number) : sqlText(value);
}
