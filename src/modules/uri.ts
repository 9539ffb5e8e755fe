import { Type } from 'typebox';
import { joinSh, sh } from '../shell/sh.ts';
import type { Plain } from '../values.ts';
import { guards } from './command-run.ts';
import { type ApplyStep, type Decision, defineModule } from './contract.ts';
import { curlConfig, needsCurl } from './curl.ts';
import { httpAliases, httpArguments, urlProblem } from './http-arguments.ts';
import { readAnswer, summaryMark } from './uri-answer.ts';

const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];
const onlyReads: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

const args = Type.Object({
  ...httpArguments,
  method: Type.String({ description: `One of ${methods.join(', ')}, or another.`, default: 'GET' }),
  body: Type.Optional(
    Type.Unknown({ description: 'What is sent; data is encoded by body_format.' }),
  ),
  body_format: Type.Union(
    ['raw', 'json', 'form-urlencoded'].map((name) => Type.Literal(name)),
    { description: 'How the body is encoded.', default: 'raw' },
  ),
  status_code: Type.Array(Type.Integer(), {
    description: 'Statuses that count as success.',
    default: [200],
  }),
  return_content: Type.Boolean({ description: 'Give the body back as `content`.', default: false }),
  follow_redirects: Type.Union(
    [...['all', 'safe', 'none', 'urllib2', 'yes', 'no'].map((name) => Type.Literal(name))],
    {
      description: 'Which redirects are followed: those of GET and HEAD with `safe`.',
      default: 'safe',
    },
  ),
  creates: Type.Optional(Type.String({ description: 'A path; when it exists nothing is asked.' })),
  removes: Type.Optional(
    Type.String({ description: 'A path; when it is absent nothing is asked.' }),
  ),
});

export const uri = defineModule({
  name: 'uri',
  summary: 'Sends an HTTP request from the host and looks at the answer; needs curl there.',
  args,
  aliases: httpAliases,
  secretArgs: ['url_password'],
  examples: [
    '- name: The site answers\n  uri:\n    url: http://localhost/healthz\n    return_content: true\n  register: health\n  until: health.status == 200\n  retries: 10\n  delay: 2',
  ],
  returns: {
    status: 'Status of the answer.',
    content: 'The body, with return_content or on failure.',
    json: 'The body as data, when its type is JSON.',
    url: 'Where the answer came from.',
    redirected: 'Whether that is another address.',
    msg: 'In words.',
  },
  check: (given) => {
    const problem = urlProblem(given.url);
    return problem ? [problem] : [];
  },
  observe: (given) => guards({ creates: given.creates, removes: given.removes }),
  decide: (given, guarded): Decision => {
    if (guarded.creates === true)
      return { kind: 'unchanged', reason: `${given.creates} exists already` };
    if (guarded.removes === false)
      return { kind: 'unchanged', reason: `${given.removes} does not exist` };
    const method = given.method.toUpperCase();
    const step: ApplyStep = {
      script: joinSh([needsCurl, sh`exec curl --config -`]),
      stdin: curlConfig(given, {
        method,
        body: encoded(given.body as Plain | undefined, given.body_format),
        follow: follows(given.follow_redirects, method),
        more: [
          ...typeOf(given.body_format, given.body),
          ['include', true],
          ['write-out', `%{stderr}\n${summaryMark} %{http_code} %{size_header} %{url_effective}\n`],
        ],
      }),
      deadlineMs: (given.timeout + 5) * 1000,
    };
    const expected = {
      url: given.url,
      statusCodes: given.status_code,
      returnContent: given.return_content,
    };
    if (onlyReads.has(method)) {
      return {
        kind: 'query',
        steps: [step],
        complete: ([output]) => readAnswer(output!, expected),
        dependsOnEarlierChanges: true,
      };
    }
    return {
      kind: 'change',
      summary: `${method} ${given.url}`,
      diff: [],
      apply: [step],
      touches: [],
      predicts: [],
      unknownResult: ['status', 'content', 'json', 'url', 'msg'],
      complete: ([output]) => ({ ...readAnswer(output!, expected), changed: false }),
      countsAsChange: false,
      verify: false,
    };
  },
});

function encoded(body: Plain | undefined, format: string): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (format === 'json') return typeof body === 'string' ? body : JSON.stringify(body);
  if (typeof body === 'string') return body;
  if (format === 'form-urlencoded' && typeof body === 'object') {
    const pairs = Array.isArray(body) ? (body as [string, string][]) : Object.entries(body);
    return new URLSearchParams(
      pairs.map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
  }
  return JSON.stringify(body);
}

function typeOf(format: string, body: unknown): [string, string | true][] {
  if (body === undefined || format === 'raw') return [];
  const type = format === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  return [['header', `Content-Type: ${type}`]];
}

function follows(rule: string, method: string): boolean {
  if (rule === 'all' || rule === 'yes') return true;
  return (rule === 'safe' || rule === 'urllib2') && (method === 'GET' || method === 'HEAD');
}
