import { Cron } from 'croner';
import type { ParameterPath } from '../schema/parameters.ts';
import { parseDuration } from './duration.ts';
import { parseListen } from './listen.ts';
import type { WrittenSettings } from './settings-schema.ts';
import { isTimeZone } from './time-zone.ts';
import { parseTimeOfDay } from './windows.ts';

export interface SettingProblem {
  readonly path: ParameterPath;
  readonly message: string;
  readonly expected?: string;
}

/** What is wrong although each value has the right type. */
export function settingProblems(settings: WrittenSettings): SettingProblem[] {
  return [
    ...scheduleProblems(settings),
    ...windowProblems(settings),
    ...gateProblems(settings),
    ...notifyProblems(settings),
    ...metricsProblems(settings),
  ];
}

/** Checks closer together than that would be one long check. */
const shortestPeriod = 60_000;

function scheduleProblems({ every, cron, timeZone, splay }: WrittenSettings): SettingProblem[] {
  const found: SettingProblem[] = [];
  if (every !== undefined && cron !== undefined) {
    found.push({ path: ['cron'], message: "'every' and 'cron' exclude each other" });
  }
  const period = every === undefined ? undefined : parseDuration(every);
  if (period !== undefined && period < shortestPeriod) {
    found.push({ path: ['every'], message: `'every' is ${every}`, expected: 'at least 1m' });
  }
  if (period !== undefined && parseDuration(splay) > period) {
    const message = `'splay' is ${splay}, longer than 'every' (${every})`;
    found.push({ path: ['splay'], message });
  }
  if (cron !== undefined) {
    const reason = cronProblem(cron);
    if (reason) found.push({ path: ['cron'], message: `'cron' is "${cron}": ${reason}` });
  }
  return [...found, ...zoneProblems(timeZone, ['timeZone'])];
}

function cronProblem(cron: string): string | undefined {
  try {
    const next = new Cron(cron, { mode: '5-part', paused: true }).nextRun();
    return next ? undefined : 'no day is ever meant';
  } catch (error) {
    return (error as Error).message.replace(/^CronPattern: /, '');
  }
}

function zoneProblems(timeZone: string | undefined, path: ParameterPath): SettingProblem[] {
  if (timeZone === undefined || isTimeZone(timeZone)) return [];
  const message = `'${path.at(-1)}' is ${JSON.stringify(timeZone)}`;
  return [{ path, message, expected: 'a time zone such as Europe/Berlin or UTC' }];
}

function windowProblems({ windows }: WrittenSettings): SettingProblem[] {
  return windows.flatMap((window, index) => [
    ...(['from', 'to'] as const)
      .filter((end) => Number.isNaN(parseTimeOfDay(window[end])))
      .map((end) => ({
        path: ['windows', index, end],
        message: `'windows[${index}].${end}' is ${JSON.stringify(window[end])}`,
        expected: 'a time of the day from 00:00 to 24:00',
      })),
    ...zoneProblems(window.timeZone, ['windows', index, 'timeZone']),
  ]);
}

function gateProblems({ gate = {} }: WrittenSettings): SettingProblem[] {
  return (['before', 'after'] as const).flatMap((end) => {
    const given = gate[end];
    if (!given) return [];
    const path = ['gate', end];
    if ((given.url === undefined) === (given.command === undefined)) {
      return [{ path, message: `'gate.${end}' needs either 'url' or 'command'` }];
    }
    return given.url === undefined ? [] : urlProblems(given.url, [...path, 'url']);
  });
}

function notifyProblems({ notify }: WrittenSettings): SettingProblem[] {
  return notify.flatMap((target, index) => {
    const path = ['notify', index];
    const ways = ['webhook', 'webhookFile', 'command', 'mail'] as const;
    const given = ways.filter((way) => target[way] !== undefined);
    if (given.length !== 1) {
      const message = `'notify[${index}]' has ${given.length === 0 ? 'none' : given.join(' and ')}`;
      return [{ path, message, expected: `one of ${ways.join(', ')}` }];
    }
    return target.webhook === undefined ? [] : urlProblems(target.webhook, [...path, 'webhook']);
  });
}

function urlProblems(url: string, path: ParameterPath): SettingProblem[] {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return [];
  const message = `'${path.at(-1)}' is no URL that can be asked`;
  return [{ path, message, expected: 'http://… or https://…' }];
}

function metricsProblems({ metrics }: WrittenSettings): SettingProblem[] {
  if (metrics?.listen === undefined || parseListen(metrics.listen)) return [];
  const message = `'metrics.listen' is ${JSON.stringify(metrics.listen)}`;
  const expected = 'a port, or an address and a port: 127.0.0.1:9464';
  return [{ path: ['metrics', 'listen'], message, expected }];
}
