import { type Static, Type } from 'typebox';

const flag = (description: string, value?: boolean) =>
  Type.Optional(
    Type.Boolean(value === undefined ? { description } : { description, default: value }),
  );

/** The arguments of apt, under Ansible's names. */
export const aptArgs = Type.Object({
  name: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Packages: `nginx`, `nginx=1.24*`, `php8.*`, `libc6:i386`.',
    }),
  ),
  state: Type.Optional(
    Type.Union(
      [
        Type.Literal('present'),
        Type.Literal('latest'),
        Type.Literal('absent'),
        Type.Literal('build-dep'),
        Type.Literal('fixed'),
        Type.Literal('installed'),
        Type.Literal('removed'),
      ],
      {
        description: '`installed` and `removed` are older words for present and absent.',
        default: 'present',
      },
    ),
  ),
  deb: Type.Optional(
    Type.String({
      description: 'A .deb file on the host, or the URL of one (fetched by curl or wget there).',
    }),
  ),
  upgrade: Type.Optional(
    Type.Union(
      [
        Type.Literal('dist'),
        Type.Literal('full'),
        Type.Literal('no'),
        Type.Literal('safe'),
        Type.Literal('yes'),
      ],
      {
        description:
          'Upgrade everything: `dist` and `full` may remove packages, `safe` and `yes` do not.',
        default: 'no',
      },
    ),
  ),
  update_cache: flag(
    'Refresh the package lists first when they are older than `cache_valid_time`.',
  ),
  cache_valid_time: Type.Optional(
    Type.Integer({
      description: 'Seconds for which the lists are fresh; sets `update_cache`.',
      default: 0,
      minimum: 0,
    }),
  ),
  update_cache_retries: Type.Optional(
    Type.Integer({ description: 'How often a refresh is tried.', default: 5, minimum: 1 }),
  ),
  update_cache_retry_max_delay: Type.Optional(
    Type.Integer({
      description: 'Longest pause between tries, in seconds.',
      default: 12,
      minimum: 0,
    }),
  ),
  purge: flag('With state absent: remove configuration files too.', false),
  autoremove: flag('Remove dependencies that nothing needs any more.', false),
  autoclean: flag('Remove downloaded files of versions that no list has.', false),
  clean: flag('Remove all downloaded package files.', false),
  default_release: Type.Optional(
    Type.String({ description: 'The release to prefer (`apt-get -t`).' }),
  ),
  install_recommends: flag('Whether recommended packages come too; apt decides when left out.'),
  force: flag(
    'Allow downgrades, held and unauthenticated packages, removal of essential ones.',
    false,
  ),
  allow_downgrade: flag('Allow a lower version than the installed one.', false),
  allow_unauthenticated: flag('Allow packages without a valid signature.', false),
  allow_change_held_packages: flag('Allow changes to packages on hold.', false),
  dpkg_options: Type.Optional(
    Type.String({
      description: 'Options for dpkg, separated by commas.',
      default: 'force-confdef,force-confold',
    }),
  ),
  only_upgrade: flag('Upgrade what is installed, install nothing new.', false),
  fail_on_autoremove: flag('Fail when a package would be removed.', false),
  force_apt_get: flag('Taken for compatibility: apt-get is always used.', false),
  lock_timeout: Type.Optional(
    Type.Integer({
      description: "Seconds to wait for apt's and dpkg's locks.",
      default: 60,
      minimum: 0,
    }),
  ),
  policy_rc_d: Type.Optional(
    Type.Integer({
      description:
        'What /usr/sbin/policy-rc.d answers meanwhile; 101 keeps services from starting.',
    }),
  ),
});

export type AptArgs = Static<typeof aptArgs>;

type Defaulted =
  | 'state'
  | 'upgrade'
  | 'cache_valid_time'
  | 'update_cache_retries'
  | 'dpkg_options'
  | 'lock_timeout'
  | 'update_cache_retry_max_delay'
  | 'purge'
  | 'autoremove'
  | 'autoclean'
  | 'clean'
  | 'force'
  | 'allow_downgrade'
  | 'allow_unauthenticated'
  | 'allow_change_held_packages'
  | 'only_upgrade'
  | 'fail_on_autoremove'
  | 'force_apt_get';

/** The arguments with every default in its place. */
export type AptRequest = Omit<AptArgs, Defaulted> & Required<Pick<AptArgs, Defaulted>>;

export function aptRequest(args: AptArgs): AptRequest {
  return {
    update_cache_retries: 5,
    update_cache_retry_max_delay: 12,
    cache_valid_time: 0,
    dpkg_options: 'force-confdef,force-confold',
    lock_timeout: 60,
    upgrade: 'no',
    purge: false,
    autoremove: false,
    autoclean: false,
    clean: false,
    force: false,
    allow_downgrade: false,
    allow_unauthenticated: false,
    allow_change_held_packages: false,
    only_upgrade: false,
    fail_on_autoremove: false,
    force_apt_get: false,
    ...args,
    state: stateWords[args.state ?? 'present'] ?? args.state ?? 'present',
  };
}

const stateWords: Readonly<Record<string, 'present' | 'absent'>> = {
  installed: 'present',
  removed: 'absent',
};
