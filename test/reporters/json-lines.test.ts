import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/events.ts';
import { jsonLine } from '../../src/reporters/json-lines.ts';
import { end, finished, started } from './support/events.ts';

const time = new Date('2026-01-02T03:04:05.678Z');

const cases: readonly { readonly name: string; readonly event: RunEvent; readonly line: string }[] =
  [
    {
      name: 'the first line carries the version of the shape',
      event: started(),
      line: '{"event":"run-started","time":"2026-01-02T03:04:05.678Z","schema":1,"at":"2026-01-02T03:04:05.000Z","playbooks":["site.yml"],"check_mode":false,"diff_mode":false,"forks":50}',
    },
    {
      name: 'keys are snake_case, those of a result are kept',
      event: end('web1', 'Copy', 'a.yml:3', { result: { backupFile: 'x' }, noLog: false }, 'copy'),
      line: '{"event":"host-task-finished","time":"2026-01-02T03:04:05.678Z","play":1,"host":"web1","id":"a.yml:3","task":"Copy","module":"copy","handler":false,"outcome":{"status":"ok","result":{"backupFile":"x"},"diff":[],"duration_ms":1200,"predicted":false,"no_log":false}}',
    },
    {
      name: 'hosts of the end are an object',
      event: finished({ web1: { ok: 1 } }),
      line: '{"event":"run-finished","time":"2026-01-02T03:04:05.678Z","duration_ms":12300,"hosts":{"web1":{"ok":1,"changed":0,"skipped":0,"failed":0,"unreachable":0,"unknown":0,"rescued":0,"ignored":0}},"owed":{},"interrupted":false,"exit_status":0}',
    },
    {
      name: 'control characters are written as escapes',
      event: { type: 'warning', message: '\u001b[31m\u009b\u202e\u2028' },
      line: '{"event":"warning","time":"2026-01-02T03:04:05.678Z","message":"\\u001b[31m\\u009b\\u202e\\u2028"}',
    },
  ];

describe('JSON lines', () => {
  test.each(cases)('$name', ({ event, line }) => {
    expect(jsonLine(event, time)).toBe(line);
  });

  test('host names like __proto__ are kept', () => {
    const line = jsonLine(finished(JSON.parse('{"__proto__":{"ok":2}}')), time);
    expect(Object.keys(JSON.parse(line).hosts)).toEqual(['__proto__']);
  });
});
