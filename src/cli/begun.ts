import { nearestName, RolecallError } from '../errors.ts';
import type { OpenIntent } from '../history/read.ts';

/** What of `begun` is to be taken as done. Throws where nobody has said what happened to a command. */
export function takenAsDone(
  begun: readonly OpenIntent[],
  said: readonly string[] = [],
): readonly OpenIntent[] {
  const words = wordsOf(said, [...new Set(begun.map(({ host }) => host))]);
  const wordFor = ({ host }: OpenIntent) => words.get(host) ?? words.get(everywhere);
  const open = begun.filter((intent) => wordFor(intent) === undefined);
  if (open.length === 0) return begun.filter((intent) => wordFor(intent) === 'done');
  const names = open.map(({ host, title }) => `  ${host}: ${title}`);
  throw new RolecallError({
    code: 'option-invalid',
    message: ['of these it is known only that they began:', ...names].join('\n'),
    hint: `Look on the host, then say --begun=again or --begun=done; for one host --begun=${open[0]!.host}=done.`,
  });
}

const everywhere = '';
const known = ['again', 'done'];

/** What was said for each host. */
function wordsOf(said: readonly string[], hosts: readonly string[]): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const text of said) {
    const split = text.lastIndexOf('=');
    const [host, how] = [text.slice(0, Math.max(split, 0)), text.slice(split + 1)];
    if (!known.includes(how)) {
      throw new RolecallError({
        code: 'option-invalid',
        message: `--begun is '${text}'`,
        expected: 'again, done, HOST=again or HOST=done',
        nearest: nearestName(how, known),
      });
    }
    if (host !== everywhere && !hosts.includes(host)) {
      throw new RolecallError({
        code: 'option-invalid',
        message: `--begun is '${text}', and nothing is open on a host '${host}'`,
        nearest: nearestName(host, hosts),
      });
    }
    words.set(host, how);
  }
  return words;
}
