import { type ApplyStep, type Decision, defineModule, sh, Type, taskOf, unit } from 'rolecall';
import type { Engine } from './params.ts';
import { type Setting, sameForm } from './settings.ts';
import { ask, runSql, serviceOf, sqlText, systemctl } from './sql.ts';

export interface SettingsArgs {
  readonly engine: Engine;
  readonly settings: readonly Setting[];
}

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
  }),
  decide(args: SettingsArgs, { variables, unit: service }): Decision {
    return decideSettings(
      args,
      variables.state === 'up' ? variables.value : undefined,
      service.activeState,
    );
  },
  decideUnknown: (args: SettingsArgs) => decideSettings(args, undefined, 'inactive'),
});

export const databaseSettings = taskOf<SettingsArgs>(databaseSettingsModule);

function decideSettings(
  { engine, settings }: SettingsArgs,
  running: ReadonlyMap<string, string> | undefined,
  activeState: string,
): Decision {
  const service = serviceOf(engine);
  if (!running) {
    // In a dry run on a host without a server: an earlier task has started it.
    if (settings.every(({ dynamic }) => dynamic === true)) {
      const all = settings.map((setting): Difference => ({ setting, running: undefined }));
      return change(engine, 'set at run time', all, []);
    }
    const isUp = activeState === 'active' || activeState === 'activating';
    return change(
      engine,
      isUp ? 'restarted' : 'started',
      [],
      [systemctl(isUp ? 'restart' : 'start', engine)],
    );
  }
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
  if (needRestart) return change(engine, 'restarted', differences, [systemctl('restart', engine)]);
  const set = runSql(
    engine,
    differences.map(({ setting }) => `SET GLOBAL ${setting.name} = ${sqlValue(setting.value)}`),
  );
  const isKnown = differences.every(({ setting }) => setting.dynamic === true);
  return isKnown
    ? change(engine, 'set at run time', differences, [set])
    : change(engine, 'set, or restarted where need be', differences, [orRestart(engine, set)]);
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
  apply: Extract<Decision, { kind: 'change' }>['apply'],
): Decision {
  const names = differences.map(({ setting }) => setting.name);
  const lines = (pick: (one: Difference) => string) =>
    differences.map((one) => `${one.setting.name} = ${pick(one)}\n`).join('');
  return {
    kind: 'change',
    summary: [`${serviceOf(engine)} ${how}`, names.join(', ')].filter(Boolean).join(': '),
    diff: [
      {
        header: `running settings of ${serviceOf(engine)}`,
        before: lines(({ running }) => running ?? '(none)'),
        after: lines(({ setting }) => setting.value),
      },
    ],
    apply,
    touches: how === 'set at run time' ? [variablesQuestion(engine)] : 'everything',
    predicts: [],
    result: { set: names, restarted: how === 'restarted' },
    verify: true,
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

function variablesQuestion(engine: Engine) {
  return ask(
    engine,
    'settings',
    'SHOW GLOBAL VARIABLES',
    (rows) => new Map(rows.map(([name, value]) => [name ?? '', value ?? ''])),
  );
}

function sqlValue(value: string): string {
  const number = Number(sameForm(value));
  return value !== '' && Number.isFinite(number) ? String(number) : sqlText(value);
}
