import { nearestName, type Problem, type SourcePosition } from '../errors.ts';
import { lookups } from '../jinja/lookups/table.ts';

/** Lookups that Ansible users know and rolecall does not have. */
const foreignLookups = new Set(
  (
    'aws_secret aws_ssm bitwarden chart config consul_kv credstash cyberarkpassword dig dnstxt etcd etcd3 ' +
    'filetree hashi_vault hiera inventory_hostnames k8s keyring lastpass lmdb_kv manifold onepassword ' +
    'onepassword_raw passwordstore random_string redis shelvefile tss unvault'
  ).split(' '),
);

/** What is wrong with the name of a lookup (`file` of with_file or lookup('file')), or undefined. */
export function lookupProblem(
  written: string,
  at: SourcePosition,
  prefix = '',
): Problem | undefined {
  const name = written.replace(/^(ansible\.(builtin|legacy|utils)|community\.general)\./, '');
  if (lookups.has(name)) return undefined;
  if (foreignLookups.has(name) || name.includes('.')) {
    return {
      code: 'unsupported',
      message: `the lookup '${written}' is not supported`,
      at,
      hint: 'Get the value by another lookup (env, file, pipe, url) or put it in a variable.',
    };
  }
  const nearest = nearestName(name, lookups.keys());
  return {
    code: 'unknown-keyword',
    message: `there is no lookup '${written}'`,
    at,
    nearest: nearest && prefix + nearest,
  };
}
