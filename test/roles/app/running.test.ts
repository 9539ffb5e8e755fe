import { describe, expect, test } from 'vitest';
import { type GateScript, outcomes } from '../../../roles/app/gate-script.ts';
import { readService } from '../../../roles/app/running.ts';
import { judgeGate, serviceRunningModule } from '../../../roles/app/service-running.ts';
import { decisionTable } from '../../modules/support/decisions.ts';

const wanted = { release: 'new', configuration: 'c2' };
const old = { release: 'old', configuration: 'c1' };

const given = {
  artifact: 'small.tar.gz',
  application: 'small',
  root: '/srv/small',
  configuration: 'c2',
  files: ['/etc/small/environment', '/etc/small/secrets', '/etc/systemd/system/small.service'],
  port: 3000,
  healthPath: '/healthz',
  healthTimeoutSeconds: 30,
  stopTimeoutSeconds: 30,
  autoRollback: true,
  identity: { id: 'new', sha256: 'a'.repeat(64) },
};

const service = (active: string, running?: object, good?: object) => ({
  'probe service small': { active, running, good },
});

decisionTable(serviceRunningModule, () => undefined, [
  {
    name: 'a virgin host: it is started, and there is nothing to go back to',
    args: given,
    observed: service('inactive'),
    kind: 'change',
    says: 'inactive → started',
    runs: ['\nstart\n', 'if gate; then keep new c2', `exit ${outcomes.notRolledBack}`],
    never: ['back=releases/'],
  },
  {
    name: 'what is declared runs and has passed',
    args: given,
    observed: service('active', wanted, wanted),
    kind: 'unchanged',
    says: 'runs new',
  },
  {
    name: 'the process is of another release, although the link leads to the new one: a run died before it restarted',
    args: given,
    observed: service('active', { release: 'old', configuration: 'c2' }, old),
    kind: 'change',
    says: 'runs old → new',
    runs: ['\nstart\n', 'back=releases/old'],
  },
  {
    name: 'other environment, secrets or unit',
    args: given,
    observed: service(
      'active',
      { release: 'new', configuration: 'c1' },
      { ...wanted, configuration: 'c1' },
    ),
    kind: 'change',
    says: 'other configuration → restart',
    runs: ['back=releases/new'],
  },
  {
    name: 'release and configuration changed: one restart',
    args: given,
    observed: service('active', old, old),
    kind: 'change',
    says: 'runs old → new, other configuration → restart',
  },
  {
    name: 'a process from elsewhere, started by hand',
    args: given,
    observed: service('active', {}, wanted),
    kind: 'change',
    says: 'runs from elsewhere → new',
    never: ['back=releases/'],
  },
  {
    name: 'it runs as declared, and a run died at its gate: it has to pass, and is not restarted',
    args: given,
    observed: service('active', wanted, old),
    kind: 'change',
    says: 'new has not passed its gate yet',
    runs: ['\ntrue\n', 'if gate', 'back=releases/old'],
    never: ['\nstart\nif gate; then keep'],
  },
  {
    name: 'stopped by hand: started, with nothing else to go back to',
    args: given,
    observed: service('inactive', undefined, wanted),
    kind: 'change',
    says: 'inactive → started',
    never: ['back=releases/'],
  },
  {
    name: 'between two attempts of systemd',
    args: given,
    observed: service('activating', undefined, old),
    kind: 'change',
    says: 'activating → started',
  },
  {
    name: 'no rollback where it is not wanted',
    args: { ...given, autoRollback: false },
    observed: service('active', old, old),
    kind: 'change',
    never: ['back=releases/'],
  },
]);

describe('what the host tells of the service', () => {
  const root = '/srv/small';
  test.each<[string, string, object]>([
    [
      'running',
      'ActiveState=active\nMainPID=7\ncwd=/srv/small/releases/aa\nROLECALL_CONFIGURATION=c1\ngood=aa c1\n',
      {
        active: 'active',
        running: { release: 'aa', configuration: 'c1' },
        good: { release: 'aa', configuration: 'c1' },
      },
    ],
    [
      'its release was removed below it',
      'ActiveState=active\nMainPID=7\ncwd=/srv/small/releases/aa (deleted)\n',
      { active: 'active', running: { release: 'aa' }, good: undefined },
    ],
    [
      'started from elsewhere',
      'ActiveState=active\nMainPID=7\ncwd=/opt/small\n',
      { active: 'active', running: {}, good: undefined },
    ],
    [
      'no such unit',
      'ActiveState=inactive\nMainPID=0\n',
      { active: 'inactive', running: undefined, good: undefined },
    ],
  ])('%s', (_, text, state) => {
    expect(readService(text, root)).toEqual(state);
  });
});

describe('what came of the gate', () => {
  const gate: GateScript = { ...given, ...wanted, restart: true, rollback: old };
  const said =
    'gate active, 503 the database does not answer\njournal\nline one\nline two\njournal end\n';
  const words = (status: number, stdout = said, more: Partial<GateScript> = {}, stderr = '') =>
    judgeGate({ ...gate, ...more }, status, stdout, stderr).failed;

  test('passed', () => expect(words(0, '')).toBeUndefined());

  test.each<[string, string | undefined, RegExp]>([
    [
      'rolled back',
      words(outcomes.rolledBack),
      /^small new did not pass its gate: http:\/\/127.0.0.1:3000\/healthz gave no 200 within 30 s \(active, 503 the database does not answer\); rolled back to old, which passed it\nits last words:\nline one\nline two$/,
    ],
    [
      'only the configuration is new',
      words(outcomes.rolledBack, said, { rollback: { release: 'new', configuration: 'c1' } }),
      /rolled back to its earlier configuration, which passed it/,
    ],
    [
      'the old one fails too',
      words(outcomes.rollbackFailed, `${said}back failed, connect ECONNREFUSED\n`),
      /rolled back to old, which did not pass it either \(failed, connect ECONNREFUSED\)/,
    ],
    [
      'nothing to go back to',
      words(outcomes.notRolledBack, said, { rollback: undefined }),
      /; there is nothing earlier that has passed it to go back to\n/,
    ],
    [
      'no rollback wanted',
      words(outcomes.notRolledBack, said, { autoRollback: false }),
      /; autoRollback is off, so it was left as it is\n/,
    ],
    [
      'the script itself failed',
      words(1, '', {}, 'sh: cd: no such folder'),
      /^small could not be started: sh: cd: no such folder$/,
    ],
  ])('%s', (_, message, expected) => expect(message).toMatch(expected));

  test('the result tells where it went back to', () => {
    expect(judgeGate(gate, outcomes.rolledBack, said, '').result).toMatchObject({
      release: 'new',
      rolledBackTo: 'old',
    });
  });
});
