import { request } from 'node:http';
import { command, StepFailed, say } from './demo-steps.ts';

/** What an inventory says of its hosts. */
export interface Site {
  /** Name and address of the balancer. */
  readonly balancerHost: string;
  readonly balancer: string;
  readonly nameServer: string | undefined;
  readonly webServers: readonly string[];
}

/** Addresses from the inventory. */
export async function siteOf(inventory: string): Promise<Site> {
  const { stdout } = await command(['inventory', '-i', inventory, '--list'], 'hidden');
  const listed = JSON.parse(stdout);
  const addressOf = (name: string): string => listed._meta.hostvars[name].ansible_host;
  const first = (group: string): string | undefined => listed[group]?.hosts?.[0];
  const nameServer = first('dns');
  return {
    balancerHost: first('load_balancers')!,
    balancer: addressOf(first('load_balancers')!),
    nameServer: nameServer && addressOf(nameServer),
    webServers: listed.web.hosts,
  };
}

/** Asks the balancer until every server that is to serve has, and shows who answered. */
export async function showAnswers({ balancer }: Site, path: string): Promise<void> {
  const answers: string[] = [];
  const until = Date.now() + 30_000;
  let last = '';
  while (answers.length < 6 && Date.now() < until) {
    const answer = await ask(balancer, path);
    if ('servedBy' in answer) answers.push(answer.servedBy);
    else {
      last = answer.problem;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  if (answers.length < 6)
    throw new StepFailed(`http://${balancer}${path} does not answer: ${last}`);
  for (const answer of answers) say(`  http://www.foobar.com${path}   ${answer}`);
}

type Asked = { readonly servedBy: string } | { readonly problem: string };

/** fetch would not let the name of the site be given. */
function ask(host: string, path: string): Promise<Asked> {
  return new Promise((resolve) => {
    const headers = { host: 'www.foobar.com', connection: 'close' };
    const signal = AbortSignal.timeout(5000);
    const sent = request({ host, path, headers, signal }, (answer) => {
      answer.resume();
      if (answer.statusCode !== 200) return resolve({ problem: `HTTP ${answer.statusCode}` });
      const chain = ['balancer', 'web', 'app', 'db']
        .map((tier) => answer.headers[`x-served-by-${tier}`])
        .filter((name) => name !== undefined);
      resolve({ servedBy: chain.join(' → ') });
    });
    sent.on('error', ({ message }) => resolve({ problem: message }));
    sent.end();
  });
}
