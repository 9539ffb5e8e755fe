// Written by `npm run docs` from the arguments of the modules; not to be edited.

import { type Expression, taskOf } from './task.ts';

type Given<T> = T | Expression;

export interface AptArgs {
  /** Packages: `nginx`, `nginx=1.24*`, `php8.*`, `libc6:i386`. */
  readonly name?: Given<string | readonly string[]>;
  /** `installed` and `removed` are older words for present and absent. Default: "present". */
  readonly state?: Given<'present' | 'latest' | 'absent' | 'build-dep' | 'fixed' | 'installed' | 'removed'>;
  /** A .deb file on the host, or the URL of one (fetched by curl or wget there). */
  readonly deb?: Given<string>;
  /** Upgrade everything: `dist` and `full` may remove packages, `safe` and `yes` do not. Default: "no". */
  readonly upgrade?: Given<'dist' | 'full' | 'no' | 'safe' | 'yes'>;
  /** Refresh the package lists first when they are older than `cache_valid_time`. */
  readonly update_cache?: Given<boolean>;
  /** Seconds for which the lists are fresh; sets `update_cache`. Default: 0. */
  readonly cache_valid_time?: Given<number>;
  /** How often a refresh is tried. Default: 5. */
  readonly update_cache_retries?: Given<number>;
  /** Longest pause between tries, in seconds. Default: 12. */
  readonly update_cache_retry_max_delay?: Given<number>;
  /** With state absent: remove configuration files too. Default: false. */
  readonly purge?: Given<boolean>;
  /** Remove dependencies that nothing needs any more. Default: false. */
  readonly autoremove?: Given<boolean>;
  /** Remove downloaded files of versions that no list has. Default: false. */
  readonly autoclean?: Given<boolean>;
  /** Remove all downloaded package files. Default: false. */
  readonly clean?: Given<boolean>;
  /** The release to prefer (`apt-get -t`). */
  readonly default_release?: Given<string>;
  /** Whether recommended packages come too; apt decides when left out. */
  readonly install_recommends?: Given<boolean>;
  /** Allow downgrades, held and unauthenticated packages, removal of essential ones. Default: false. */
  readonly force?: Given<boolean>;
  /** Allow a lower version than the installed one. Default: false. */
  readonly allow_downgrade?: Given<boolean>;
  /** Allow packages without a valid signature. Default: false. */
  readonly allow_unauthenticated?: Given<boolean>;
  /** Allow changes to packages on hold. Default: false. */
  readonly allow_change_held_packages?: Given<boolean>;
  /** Options for dpkg, separated by commas. Default: "force-confdef,force-confold". */
  readonly dpkg_options?: Given<string>;
  /** Upgrade what is installed, install nothing new. Default: false. */
  readonly only_upgrade?: Given<boolean>;
  /** Fail when a package would be removed. Default: false. */
  readonly fail_on_autoremove?: Given<boolean>;
  /** Taken for compatibility: apt-get is always used. Default: false. */
  readonly force_apt_get?: Given<boolean>;
  /** Seconds to wait for apt's and dpkg's locks. Default: 60. */
  readonly lock_timeout?: Given<number>;
  /** What /usr/sbin/policy-rc.d answers meanwhile; 101 keeps services from starting. */
  readonly policy_rc_d?: Given<number>;
}
/** Installs, upgrades and removes Debian packages. */
export const apt = taskOf<AptArgs>('apt');

export interface AptKeyArgs {
  /** Names the key; needed with absent unless keyring is given. */
  readonly id?: Given<string>;
  /** The armoured key. */
  readonly data?: Given<string>;
  /** A key file on the host. */
  readonly file?: Given<string>;
  /** Refused: use get_url and signed-by. */
  readonly url?: Given<string>;
  /** Refused: use get_url and signed-by. */
  readonly keyserver?: Given<string>;
  /** The file it goes to, in /etc/apt/trusted.gpg.d. */
  readonly keyring?: Given<string>;
  /** Whether the key file exists. Default: "present". */
  readonly state?: Given<'present' | 'absent'>;
  /** Taken for compatibility. Default: true. */
  readonly validate_certs?: Given<boolean>;
}
/** Puts a key into apt's folder of trusted keys (data or file; no url, no keyserver). */
export const aptKey = taskOf<AptKeyArgs>('apt_key');

export interface AptRepositoryArgs {
  /** A line of sources.list: `deb [options] URI SUITE COMPONENTS`. */
  readonly repo: Given<string>;
  /** Whether some file of sources has the line. Default: "present". */
  readonly state?: Given<'present' | 'absent'>;
  /** The file in sources.list.d, without .list; made from the line when left out. */
  readonly filename?: Given<string>;
  /** Mode of a new file, 0644 when left out. */
  readonly mode?: Given<string | number>;
  /** Refresh the package lists after a change. Default: true. */
  readonly update_cache?: Given<boolean>;
  /** How often a refresh is tried. Default: 5. */
  readonly update_cache_retries?: Given<number>;
  /** Longest pause between tries, in seconds. Default: 12. */
  readonly update_cache_retry_max_delay?: Given<number>;
  /** Taken for compatibility: nothing is installed. Default: true. */
  readonly install_python_apt?: Given<boolean>;
  /** Taken for compatibility with true only. Default: true. */
  readonly validate_certs?: Given<boolean>;
}
/** Adds and removes one-line package sources of apt. */
export const aptRepository = taskOf<AptRepositoryArgs>('apt_repository');

export interface AssembleArgs {
  /** Folder of the fragments. */
  readonly src: Given<string>;
  /** The file that they make. */
  readonly dest: Given<string>;
  /** Permissions: a quoted octal number ('0644') or symbolic (u=rw,g=r,o=r). */
  readonly mode?: Given<number | string>;
  /** User who owns it: a name or a number. */
  readonly owner?: Given<string>;
  /** Group that owns it: a name or a number. */
  readonly group?: Given<string>;
  /** A line between fragments. */
  readonly delimiter?: Given<string>;
  /** Only fragments with such names. */
  readonly regexp?: Given<string>;
  /** Leave out names that start with a dot. Default: false. */
  readonly ignore_hidden?: Given<boolean>;
  /** The folder is on the host. Default: true. */
  readonly remote_src?: Given<boolean>;
  /** Keep the old file under a dated name. Default: false. */
  readonly backup?: Given<boolean>;
  /** Command that checks the new file (%s) before it is put in place. */
  readonly validate?: Given<string>;
}
/** Joins the files of a folder, in the order of their names, into one. */
export const assemble = taskOf<AssembleArgs>('assemble');

export interface AuthorizedKeyArgs {
  /** Whose keys. */
  readonly user: Given<string>;
  /** One public key or several, one per line; a URL is refused. */
  readonly key: Given<string>;
  /** Whether the keys may log in. Default: "present". */
  readonly state?: Given<'present' | 'absent'>;
  /** Put before each key: `from="10.0.0.0/8",no-pty`. */
  readonly key_options?: Given<string>;
  /** Replaces the comment of each key. */
  readonly comment?: Given<string>;
  /** Remove everything else from the file. Default: false. */
  readonly exclusive?: Given<boolean>;
  /** The file; `~/.ssh/authorized_keys` of the user when left out. */
  readonly path?: Given<string>;
  /** Make its folder with mode 0700 for the user. Default: true. */
  readonly manage_dir?: Given<boolean>;
  /** Taken for compatibility: a symlink is followed. Default: false. */
  readonly follow?: Given<boolean>;
  /** Taken for compatibility. Default: true. */
  readonly validate_certs?: Given<boolean>;
}
/** Adds and removes SSH keys that may log in as a user. */
export const authorizedKey = taskOf<AuthorizedKeyArgs>('authorized_key');

export interface BlockinfileArgs {
  /** The file to edit; links are followed. */
  readonly path: Given<string>;
  /** Keep the old file under a dated name. Default: false. */
  readonly backup?: Given<boolean>;
  /** Command that checks the new file (%s) before it is put in place. */
  readonly validate?: Given<string>;
  /** Permissions: a quoted octal number ('0644') or symbolic (u=rw,g=r,o=r). */
  readonly mode?: Given<number | string>;
  /** User who owns it: a name or a number. */
  readonly owner?: Given<string>;
  /** Group that owns it: a name or a number. */
  readonly group?: Given<string>;
  /** Whether the block is to be there. Default: "present". */
  readonly state?: Given<'present' | 'absent'>;
  /** The lines; empty removes the block. Default: "". */
  readonly block?: Given<string>;
  /** The lines around the block; `{mark}` is replaced. Default: "# {mark} ANSIBLE MANAGED BLOCK". */
  readonly marker?: Given<string>;
  /** `{mark}` of the first line. Default: "BEGIN". */
  readonly marker_begin?: Given<string>;
  /** `{mark}` of the last line. Default: "END". */
  readonly marker_end?: Given<string>;
  /** EOF or a regular expression: after its last match. */
  readonly insertafter?: Given<string>;
  /** BOF or a regular expression: before its last match. */
  readonly insertbefore?: Given<string>;
  /** Make the file if it is not there. Default: false. */
  readonly create?: Given<boolean>;
  /** An empty line after the block. Default: false. */
  readonly append_newline?: Given<boolean>;
  /** An empty line before the block. Default: false. */
  readonly prepend_newline?: Given<boolean>;
}
/** Ensures that lines between two markers are in a file, or are not. */
export const blockinfile = taskOf<BlockinfileArgs>('blockinfile');

export interface CommandArgs {
  /** A path or pattern; when it exists the command is not run. */
  readonly creates?: Given<string>;
  /** A path or pattern; when it does not exist the command is not run. */
  readonly removes?: Given<string>;
  /** Folder to run it in. */
  readonly chdir?: Given<string>;
  /** Text for its standard input. */
  readonly stdin?: Given<string>;
  /** End `stdin` with a newline. Default: true. */
  readonly stdin_add_newline?: Given<boolean>;
  /** Drop newlines at the end of stdout and stderr. Default: true. */
  readonly strip_empty_ends?: Given<boolean>;
  /** The command line; no pipes, no variables. */
  readonly cmd?: Given<string>;
  /** The program and its arguments. */
  readonly argv?: Given<string | readonly string[]>;
  /** Expand $HOME and the like in arguments, as Ansible does. Default: true. */
  readonly expand_argument_vars?: Given<boolean>;
}
/** Runs a program with arguments, without a shell in between. */
export const command = taskOf<CommandArgs>('command');

export interface CopyArgs {
  /** File or folder on the controller (with `remote_src`: on the host). A folder with a trailing slash means what is in it. */
  readonly src?: Given<string>;
  /** The content itself, in place of `src`; data becomes JSON. */
  readonly content?: Given<unknown>;
  /** Where on the host; with a trailing slash a folder. */
  readonly dest: Given<string>;
  /** Permissions: a quoted octal number ('0644') or symbolic (u=rw,g=r,o=r). */
  readonly mode?: Given<number | string>;
  /** User who owns it: a name or a number. */
  readonly owner?: Given<string>;
  /** Group that owns it: a name or a number. */
  readonly group?: Given<string>;
  /** Mode of the folders that are copied or made. */
  readonly directory_mode?: Given<number | string>;
  /** Keep the old file under a dated name. Default: false. */
  readonly backup?: Given<boolean>;
  /** Replace a file with other content; false leaves what is there. Default: true. */
  readonly force?: Given<boolean>;
  /** Command that checks the new file (%s) before it is put in place. */
  readonly validate?: Given<string>;
  /** `src` is on the host already. Default: false. */
  readonly remote_src?: Given<boolean>;
  /** Write where a link at `dest` leads; false replaces the link. Default: false. */
  readonly follow?: Given<boolean>;
  /** Copy what links in `src` lead to; false copies the links. Default: true. */
  readonly local_follow?: Given<boolean>;
  /** Decrypt vault files on the controller. Default: true. */
  readonly decrypt?: Given<boolean>;
  /** SHA-1 that the source must have; fails when it differs. */
  readonly checksum?: Given<string>;
}
/** Puts a file, a folder or given text on the host. */
export const copy = taskOf<CopyArgs>('copy');

export interface CronArgs {
  /** By which the job is found again; with env the variable. */
  readonly name: Given<string>;
  /** The command, or the value of the variable. */
  readonly job?: Given<string>;
  /** Whether the job or variable is there. Default: "present". */
  readonly state?: Given<'present' | 'absent'>;
  /** 0–59, `*`, `*\/2` … Default: "*". */
  readonly minute?: Given<string>;
  /** 0–23 … Default: "*". */
  readonly hour?: Given<string>;
  /** 1–31 … Default: "*". */
  readonly day?: Given<string>;
  /** 1–12 … Default: "*". */
  readonly month?: Given<string>;
  /** 0–6, Sunday is 0 … Default: "*". */
  readonly weekday?: Given<string>;
  /** Instead of minute, hour, day, month and weekday. */
  readonly special_time?: Given<'annually' | 'daily' | 'hourly' | 'monthly' | 'reboot' | 'weekly' | 'yearly'>;
  /** Whose crontab; with cron_file who runs the job. */
  readonly user?: Given<string>;
  /** A file in /etc/cron.d, or with its full path, instead of a crontab. */
  readonly cron_file?: Given<string>;
  /** Keep the job as a comment. Default: false. */
  readonly disabled?: Given<boolean>;
  /** name is a variable, not a job. Default: false. */
  readonly env?: Given<boolean>;
  /** A new variable comes after this one. */
  readonly insertafter?: Given<string>;
  /** A new variable comes before this one. */
  readonly insertbefore?: Given<string>;
  /** Keep the old file beside the new one. Default: false. */
  readonly backup?: Given<boolean>;
}
/** Manages jobs and variables of crontabs. */
export const cron = taskOf<CronArgs>('cron');

export interface Deb822RepositoryArgs {
  /** Its name; the file is NAME.sources in /etc/apt/sources.list.d. */
  readonly name: Given<string>;
  /** Whether the file exists. Default: "present". */
  readonly state?: Given<'present' | 'absent'>;
  /** Mode of the file. Default: "0644". */
  readonly mode?: Given<string | number>;
  /** Go on without signatures where there were some. */
  readonly allow_downgrade_to_insecure?: Given<boolean>;
  /** Take the source without signatures. */
  readonly allow_insecure?: Given<boolean>;
  /** Take weak signatures. */
  readonly allow_weak?: Given<boolean>;
  /** The architectures; all of the host when left out. */
  readonly architectures?: Given<string | readonly string[]>;
  /** Fetch lists by their checksum. */
  readonly by_hash?: Given<boolean>;
  /** Check the date of the Release file. */
  readonly check_date?: Given<boolean>;
  /** Refuse lists that ran out. */
  readonly check_valid_until?: Given<boolean>;
  /** `main`, `contrib` … */
  readonly components?: Given<string | readonly string[]>;
  /** Seconds that a date may be ahead. */
  readonly date_max_future?: Given<number>;
  /** Whether apt uses it. */
  readonly enabled?: Given<boolean>;
  /** Where the InRelease file is. */
  readonly inrelease_path?: Given<string>;
  /** Languages of the translations. */
  readonly languages?: Given<string | readonly string[]>;
  /** Fetch differences of lists. */
  readonly pdiffs?: Given<boolean>;
  /** A key file on the host, or the armoured key itself; a URL is refused. */
  readonly signed_by?: Given<string>;
  /** `stable`, `trixie` … */
  readonly suites?: Given<string | readonly string[]>;
  /** What to fetch. */
  readonly targets?: Given<string | readonly string[]>;
  /** Take everything from it without checking. */
  readonly trusted?: Given<boolean>;
  /** Binary or source packages. Default: ["deb"]. */
  readonly types?: Given<readonly ('deb' | 'deb-src')[]>;
  /** Where the packages are. */
  readonly uris?: Given<string | readonly string[]>;
}
/** Writes a package source of apt in the deb822 form (.sources). */
export const deb822Repository = taskOf<Deb822RepositoryArgs>('deb822_repository');

export interface FetchArgs {
  /** The file on the host; links are followed. */
  readonly src: Given<string>;
  /** Folder on the controller: the file goes to `dest/HOST/src`; with `flat` the file. */
  readonly dest: Given<string>;
  /** `dest` is the file itself, or with a trailing slash its folder. Default: false. */
  readonly flat?: Given<boolean>;
  /** A file that is not there fails the task. Default: true. */
  readonly fail_on_missing?: Given<boolean>;
  /** Taken and ignored: what arrives is always compared. Default: true. */
  readonly validate_checksum?: Given<boolean>;
}
/** Copies a file of the host to the controller. */
export const fetch = taskOf<FetchArgs>('fetch');

export interface FileArgs {
  /** What is to be managed. */
  readonly path: Given<string>;
  /** What is to be there; by default what is there already, else `file`. */
  readonly state?: Given<'absent' | 'directory' | 'file' | 'hard' | 'link' | 'touch'>;
  /** What the link leads to, for `link` and `hard`. */
  readonly src?: Given<string>;
  /** Permissions: a quoted octal number ('0644') or symbolic (u=rw,g=r,o=r). */
  readonly mode?: Given<number | string>;
  /** User who owns it: a name or a number. */
  readonly owner?: Given<string>;
  /** Group that owns it: a name or a number. */
  readonly group?: Given<string>;
  /** Set mode, owner and group of all that is in the folder too. Default: false. */
  readonly recurse?: Given<boolean>;
  /** Make links to what does not exist, and in place of what does. Default: false. */
  readonly force?: Given<boolean>;
  /** Manage what a link leads to. Default: true. */
  readonly follow?: Given<boolean>;
  /** `preserve`, `now`, or a time in `modification_time_format`. */
  readonly modification_time?: Given<string>;
  /** Of %Y %m %d %H %M %S. Default: "%Y%m%d%H%M.%S". */
  readonly modification_time_format?: Given<string>;
  /** `preserve`, `now`, or a time in `access_time_format`. */
  readonly access_time?: Given<string>;
  /** Of %Y %m %d %H %M %S. Default: "%Y%m%d%H%M.%S". */
  readonly access_time_format?: Given<string>;
}
/** Ensures a folder, link, mode or owner, or that something is gone. */
export const file = taskOf<FileArgs>('file');

export interface FindArgs {
  /** Folders to look in. */
  readonly paths: Given<string | readonly string[]>;
  /** Globs of the names, or regular expressions with `use_regex`; all by default. */
  readonly patterns?: Given<string | readonly string[]>;
  /** Names that do not count, in the same language. */
  readonly excludes?: Given<string | readonly string[]>;
  /** Only files with a line that starts with this regular expression. */
  readonly contains?: Given<string>;
  /** Search `contains` anywhere in the whole content. Default: false. */
  readonly read_whole_file?: Given<boolean>;
  /** What counts. Default: "file". */
  readonly file_type?: Given<'any' | 'directory' | 'file' | 'link'>;
  /** Look in folders below too. Default: false. */
  readonly recurse?: Given<boolean>;
  /** How many levels deep, with `recurse`. */
  readonly depth?: Given<number>;
  /** Names that start with a dot count. Default: false. */
  readonly hidden?: Given<boolean>;
  /** Look in linked folders. Default: false. */
  readonly follow?: Given<boolean>;
  /** At least this old (`2d`), or with a minus at most (s m h d w). */
  readonly age?: Given<string>;
  /** Which time is the age. Default: "mtime". */
  readonly age_stamp?: Given<'atime' | 'ctime' | 'mtime'>;
  /** At least this large (`10m`), or with a minus at most (b k m g t). */
  readonly size?: Given<string>;
  /** Patterns are regular expressions. Default: false. */
  readonly use_regex?: Given<boolean>;
  /** SHA-1 of each file found. Default: false. */
  readonly get_checksum?: Given<boolean>;
}
/** Lists files by name, age, size, type or content. */
export const find = taskOf<FindArgs>('find');

export interface GetUrlArgs {
  /** http or https address, asked from the host. */
  readonly url: Given<string>;
  /** Headers of the request. Default: {}. */
  readonly headers?: Given<Readonly<Record<string, string>>>;
  /** User-Agent header. Default: "rolecall". */
  readonly http_agent?: Given<string>;
  /** Seconds for the whole exchange. Default: 30. */
  readonly timeout?: Given<number>;
  /** Check certificates. Default: true. */
  readonly validate_certs?: Given<boolean>;
  /** User for basic authentication. */
  readonly url_username?: Given<string>;
  /** Password for it. */
  readonly url_password?: Given<string>;
  /** Send the credentials with the first request; they always are. Default: false. */
  readonly force_basic_auth?: Given<boolean>;
  /** CA certificates on the host, a PEM file. */
  readonly ca_path?: Given<string>;
  /** Client certificate on the host. */
  readonly client_cert?: Given<string>;
  /** Its key. */
  readonly client_key?: Given<string>;
  /** Use the proxy of the environment. Default: true. */
  readonly use_proxy?: Given<boolean>;
  /** File on the host, or a folder that keeps the name of the address. */
  readonly dest: Given<string>;
  /** ALGORITHM:HEX that the file must have, e.g. sha256:9f86… */
  readonly checksum?: Given<string>;
  /** Download each time and replace the file when it differs. Default: false. */
  readonly force?: Given<boolean>;
  /** Keep the old file under a dated name. Default: false. */
  readonly backup?: Given<boolean>;
  /** Permissions: a quoted octal number ('0644') or symbolic (u=rw,g=r,o=r). */
  readonly mode?: Given<number | string>;
  /** User who owns it: a name or a number. */
  readonly owner?: Given<string>;
  /** Group that owns it: a name or a number. */
  readonly group?: Given<string>;
}
/** Downloads a file to the host, with the curl or wget that is there. */
export const getUrl = taskOf<GetUrlArgs>('get_url');

export interface GetentArgs {
  /** `passwd`, `group`, `hosts`, `services` … */
  readonly database: Given<string>;
  /** The name; all when left out. Default: "". */
  readonly key?: Given<string>;
  /** The source to ask, instead of nsswitch.conf. */
  readonly service?: Given<string>;
  /** What separates the fields; `:` for the usual files. */
  readonly split?: Given<string>;
  /** Fail when there is no such name. Default: true. */
  readonly fail_key?: Given<boolean>;
}
/** Looks a name up in the host's databases (passwd, group, hosts, services …). */
export const getent = taskOf<GetentArgs>('getent');

export interface GitArgs {
  /** The address of the repository. */
  readonly repo: Given<string>;
  /** The folder of the checkout. */
  readonly dest: Given<string>;
  /** A branch, a tag, or a full commit id. Default: "HEAD". */
  readonly version?: Given<string>;
  /** The name of the remote. Default: "origin". */
  readonly remote?: Given<string>;
  /** Clone when there is no checkout. Default: true. */
  readonly clone?: Given<boolean>;
  /** Fetch and check out when there is one. Default: true. */
  readonly update?: Given<boolean>;
  /** Throw local modifications away. Default: false. */
  readonly force?: Given<boolean>;
  /** A bare repository. Default: false. */
  readonly bare?: Given<boolean>;
  /** Commits of history that are fetched. */
  readonly depth?: Given<number>;
  /** Clone the one branch only. Default: false. */
  readonly single_branch?: Given<boolean>;
  /** Submodules too. Default: true. */
  readonly recursive?: Given<boolean>;
  /** The private key on the host for SSH addresses. */
  readonly key_file?: Given<string>;
  /** More options for ssh. */
  readonly ssh_opts?: Given<string>;
  /** Take any host key: better accept_newhostkey or known_hosts. Default: false. */
  readonly accept_hostkey?: Given<boolean>;
  /** Take the host key of a host that is not known yet. Default: false. */
  readonly accept_newhostkey?: Given<boolean>;
}
/** Checks a git repository out at a version. */
export const git = taskOf<GitArgs>('git');

export interface GroupArgs {
  /** The group. */
  readonly name: Given<string>;
  /** Whether it exists. Default: "present". */
  readonly state?: Given<'present' | 'absent'>;
  /** Its number; the host chooses when left out. */
  readonly gid?: Given<number>;
  /** A new group gets a system number. Default: false. */
  readonly system?: Given<boolean>;
  /** The number may be that of another group. Default: false. */
  readonly non_unique?: Given<boolean>;
  /** With absent: also when it is the primary group of a user. Default: false. */
  readonly force?: Given<boolean>;
}
/** Creates, changes and removes groups. */
export const group = taskOf<GroupArgs>('group');

export interface HaproxyArgs {
  /** The server, by its name in the configuration of HAProxy. */
  readonly host: Given<string>;
  /** enabled takes requests; drain takes no new ones but is still checked; disabled is in maintenance. */
  readonly state: Given<'enabled' | 'disabled' | 'drain'>;
  /** The backend; all that have the server when left out. */
  readonly backend?: Given<string>;
  /** HAProxy's socket, with level admin. Default: "/var/run/haproxy.sock". */
  readonly socket?: Given<string>;
  /** 0 to 256, or a percentage of the configured weight: `50%`. */
  readonly weight?: Given<string>;
  /** Wait until the server is UP, in MAINT or in DRAIN. Default: false. */
  readonly wait?: Given<boolean>;
  /** Seconds between looks. Default: 5. */
  readonly wait_interval?: Given<number>;
  /** Looks at most. Default: 25. */
  readonly wait_retries?: Given<number>;
  /** With disabled: drain first, and wait until no session is left. Default: false. */
  readonly drain?: Given<boolean>;
  /** With disabled: cut the sessions that are open. Default: false. */
  readonly shutdown_sessions?: Given<boolean>;
  /** Fail when there is no such server. Default: false. */
  readonly fail_on_not_found?: Given<boolean>;
  /** Also start or stop the agent checks. Default: false. */
  readonly agent?: Given<boolean>;
  /** Also start or stop the health checks. Default: false. */
  readonly health?: Given<boolean>;
}
/** Takes servers of a running HAProxy out of service and back, through its socket. */
export const haproxy = taskOf<HaproxyArgs>('haproxy');

export interface HostnameArgs {
  /** The name; not checked against DNS. */
  readonly name: Given<string>;
  /** systemd asks hostnamectl; the others write the file. The host decides when left out. */
  readonly use?: Given<'systemd' | 'debian' | 'generic' | 'alpine' | 'redhat' | 'openrc'>;
}
/** Sets the host's name, now and at boot (/etc/hostname). */
export const hostname = taskOf<HostnameArgs>('hostname');

export interface KnownHostsArgs {
  /** The host; `[host]:port` with another port than 22. */
  readonly name: Given<string>;
  /** Lines as of ssh-keyscan: host, kind and key. Needed with present. */
  readonly key?: Given<string>;
  /** The file. Default: "~/.ssh/known_hosts". */
  readonly path?: Given<string>;
  /** Write the name hashed. Default: false. */
  readonly hash_host?: Given<boolean>;
  /** Whether the host has this key. Default: "present". */
  readonly state?: Given<'present' | 'absent'>;
}
/** Adds and removes hosts' keys in a known_hosts file. */
export const knownHosts = taskOf<KnownHostsArgs>('known_hosts');

export interface LineinfileArgs {
  /** The file to edit; links are followed. */
  readonly path: Given<string>;
  /** Keep the old file under a dated name. Default: false. */
  readonly backup?: Given<boolean>;
  /** Command that checks the new file (%s) before it is put in place. */
  readonly validate?: Given<string>;
  /** Permissions: a quoted octal number ('0644') or symbolic (u=rw,g=r,o=r). */
  readonly mode?: Given<number | string>;
  /** User who owns it: a name or a number. */
  readonly owner?: Given<string>;
  /** Group that owns it: a name or a number. */
  readonly group?: Given<string>;
  /** Whether the line is to be there. Default: "present". */
  readonly state?: Given<'present' | 'absent'>;
  /** The line, without its end. */
  readonly line?: Given<string>;
  /** The line to replace (the last that matches) or to remove (all). */
  readonly regexp?: Given<string>;
  /** Literal text in place of `regexp`. */
  readonly search_string?: Given<string>;
  /** EOF, BOF or a regular expression: after its last match. */
  readonly insertafter?: Given<string>;
  /** BOF or a regular expression: before its last match. */
  readonly insertbefore?: Given<string>;
  /** `line` holds groups of `regexp` (\1); nothing happens where it does not match. Default: false. */
  readonly backrefs?: Given<boolean>;
  /** The first match counts instead of the last. Default: false. */
  readonly firstmatch?: Given<boolean>;
  /** Make the file if it is not there. Default: false. */
  readonly create?: Given<boolean>;
}
/** Ensures that a line is in a file, or is not. */
export const lineinfile = taskOf<LineinfileArgs>('lineinfile');

export interface ModprobeArgs {
  /** The module. */
  readonly name: Given<string>;
  /** Whether it is loaded now. Default: "present". */
  readonly state?: Given<'present' | 'absent'>;
  /** Its parameters. Default: "". */
  readonly params?: Given<string>;
  /** Whether it is loaded at boot; disabled leaves that as it is. Default: "disabled". */
  readonly persistent?: Given<'disabled' | 'absent' | 'present'>;
}
/** Loads and unloads kernel modules, now and at boot. */
export const modprobe = taskOf<ModprobeArgs>('modprobe');

export interface MountArgs {
  /** The mount point. */
  readonly path: Given<string>;
  /** The device, `UUID=…`, network path, or folder to bind. */
  readonly src?: Given<string>;
  /** ext4, nfs, tmpfs, none … */
  readonly fstype?: Given<string>;
  /** Mount options; `defaults` when left out. */
  readonly opts?: Given<string>;
  /** Mount at boot; false adds noauto. Default: true. */
  readonly boot?: Given<boolean>;
  /** The fifth field of fstab. Default: "0". */
  readonly dump?: Given<string>;
  /** The sixth field of fstab. Default: "0". */
  readonly passno?: Given<string>;
  /** mounted: now and in fstab; present: in fstab only; ephemeral: now only; unmounted: not now; absent: neither, and the folder goes. */
  readonly state: Given<'mounted' | 'unmounted' | 'present' | 'absent' | 'absent_from_fstab' | 'remounted' | 'ephemeral'>;
  /** Another file than /etc/fstab. Default: "/etc/fstab". */
  readonly fstab?: Given<string>;
  /** Keep the old fstab beside the new one. Default: false. */
  readonly backup?: Given<boolean>;
}
/** Manages mounts, now and in fstab. */
export const mount = taskOf<MountArgs>('mount');

export interface PackageTaskArgs {
  /** Packages: `nginx`, `nginx=1.24*`, `php8.*`, `libc6:i386`. */
  readonly name?: Given<string | readonly string[]>;
  /** `installed` and `removed` are older words for present and absent. Default: "present". */
  readonly state?: Given<'present' | 'latest' | 'absent' | 'build-dep' | 'fixed' | 'installed' | 'removed'>;
  /** Refresh the package lists first when they are older than `cache_valid_time`. */
  readonly update_cache?: Given<boolean>;
  /** Seconds for which the lists are fresh; sets `update_cache`. Default: 0. */
  readonly cache_valid_time?: Given<number>;
  /** How often a refresh is tried. Default: 5. */
  readonly update_cache_retries?: Given<number>;
  /** Longest pause between tries, in seconds. Default: 12. */
  readonly update_cache_retry_max_delay?: Given<number>;
  /** With state absent: remove configuration files too. Default: false. */
  readonly purge?: Given<boolean>;
  /** Remove dependencies that nothing needs any more. Default: false. */
  readonly autoremove?: Given<boolean>;
  /** Remove downloaded files of versions that no list has. Default: false. */
  readonly autoclean?: Given<boolean>;
  /** Remove all downloaded package files. Default: false. */
  readonly clean?: Given<boolean>;
  /** The release to prefer (`apt-get -t`). */
  readonly default_release?: Given<string>;
  /** Whether recommended packages come too; apt decides when left out. */
  readonly install_recommends?: Given<boolean>;
  /** Allow downgrades, held and unauthenticated packages, removal of essential ones. Default: false. */
  readonly force?: Given<boolean>;
  /** Allow a lower version than the installed one. Default: false. */
  readonly allow_downgrade?: Given<boolean>;
  /** Allow packages without a valid signature. Default: false. */
  readonly allow_unauthenticated?: Given<boolean>;
  /** Allow changes to packages on hold. Default: false. */
  readonly allow_change_held_packages?: Given<boolean>;
  /** Options for dpkg, separated by commas. Default: "force-confdef,force-confold". */
  readonly dpkg_options?: Given<string>;
  /** Upgrade what is installed, install nothing new. Default: false. */
  readonly only_upgrade?: Given<boolean>;
  /** Fail when a package would be removed. Default: false. */
  readonly fail_on_autoremove?: Given<boolean>;
  /** Seconds to wait for apt's and dpkg's locks. Default: 60. */
  readonly lock_timeout?: Given<number>;
  /** What /usr/sbin/policy-rc.d answers meanwhile; 101 keeps services from starting. */
  readonly policy_rc_d?: Given<number>;
  /** `auto` asks the host; `apt` is taken as well. Default: "auto". */
  readonly use?: Given<string>;
}
/** Installs and removes packages by the host's own package manager. */
export const packageTask = taskOf<PackageTaskArgs>('package');

export interface PackageFactsArgs {
  /** Taken for compatibility: the host is asked which of dpkg, rpm and apk it has. Default: ["auto"]. */
  readonly manager?: Given<string | readonly string[]>;
  /** Taken for compatibility. Default: "first". */
  readonly strategy?: Given<'first' | 'all'>;
}
/** Lists the installed packages as the fact `packages`. */
export const packageFacts = taskOf<PackageFactsArgs>('package_facts');

export interface PingArgs {
  /** What to answer; `crash` fails. Default: "pong". */
  readonly data?: Given<string>;
}
/** Checks that the host can be logged in to and has a working shell. */
export const ping = taskOf<PingArgs>('ping');

export interface RawArgs {
  /** The command line. */
  readonly cmd: Given<string>;
  /** Another shell, by its path. */
  readonly executable?: Given<string>;
}
/** Runs a command line as it is; here the same as shell without its guards. */
export const raw = taskOf<RawArgs>('raw');

export interface ReplaceArgs {
  /** The file to edit; links are followed. */
  readonly path: Given<string>;
  /** Keep the old file under a dated name. Default: false. */
  readonly backup?: Given<boolean>;
  /** Command that checks the new file (%s) before it is put in place. */
  readonly validate?: Given<string>;
  /** Permissions: a quoted octal number ('0644') or symbolic (u=rw,g=r,o=r). */
  readonly mode?: Given<number | string>;
  /** User who owns it: a name or a number. */
  readonly owner?: Given<string>;
  /** Group that owns it: a name or a number. */
  readonly group?: Given<string>;
  /** What is replaced; ^ and $ match at each line. */
  readonly regexp: Given<string>;
  /** What takes its place, with \1 or \g<name> for groups; empty removes it. Default: "". */
  readonly replace?: Given<string>;
  /** Only what comes after this regular expression. */
  readonly after?: Given<string>;
  /** Only what comes before this regular expression. */
  readonly before?: Given<string>;
  /** Encoding of the file. Default: "utf-8". */
  readonly encoding?: Given<string>;
}
/** Replaces every match of a regular expression in a file. */
export const replace = taskOf<ReplaceArgs>('replace');

export interface ScriptArgs {
  /** A path or pattern; when it exists the command is not run. */
  readonly creates?: Given<string>;
  /** A path or pattern; when it does not exist the command is not run. */
  readonly removes?: Given<string>;
  /** Folder to run it in. */
  readonly chdir?: Given<string>;
  /** Path of the script on the controller, then its arguments. */
  readonly cmd: Given<string>;
  /** The program that runs it: python3. */
  readonly executable?: Given<string>;
}
/** Runs a script of the controller on the host. */
export const script = taskOf<ScriptArgs>('script');

export interface ServiceArgs {
  /** The service. */
  readonly name: Given<string>;
  /** restarted and reloaded are done each time; both start what is stopped. */
  readonly state?: Given<'started' | 'stopped' | 'restarted' | 'reloaded'>;
  /** Whether it starts at boot. */
  readonly enabled?: Given<boolean>;
  /** Seconds between stop and start of a restart. */
  readonly sleep?: Given<number>;
  /** Passed to init scripts; systemd takes none. */
  readonly arguments?: Given<string>;
  /** OpenRC only. Default: "default". */
  readonly runlevel?: Given<string>;
  /** Taken for compatibility: the host is asked what it has. Default: "auto". */
  readonly use?: Given<'auto' | 'systemd' | 'sysvinit' | 'openrc' | 'service'>;
}
/** Starts, stops, restarts and enables services of systemd, OpenRC or SysV init. */
export const service = taskOf<ServiceArgs>('service');

export type ServiceFactsArgs = { readonly [name: string]: never };
/** Lists the services as the fact `services`. */
export const serviceFacts = taskOf<ServiceFactsArgs>('service_facts');

export interface SetupArgs {
  /** What to gather: all, min, network, hardware, virtual, local; a name after ! is left out. Default: ["all"]. */
  readonly gather_subset?: Given<string | readonly string[]>;
  /** Shell globs; only facts whose name matches one are returned. Default: []. */
  readonly filter?: Given<string | readonly string[]>;
  /** The folder of local facts (*.fact). Default: "/etc/ansible/facts.d". */
  readonly fact_path?: Given<string>;
  /** Taken for compatibility. Default: 10. */
  readonly gather_timeout?: Given<number>;
}
/** Gathers facts about the host under Ansible's names. */
export const setup = taskOf<SetupArgs>('setup');

export interface ShellArgs {
  /** A path or pattern; when it exists the command is not run. */
  readonly creates?: Given<string>;
  /** A path or pattern; when it does not exist the command is not run. */
  readonly removes?: Given<string>;
  /** Folder to run it in. */
  readonly chdir?: Given<string>;
  /** Text for its standard input. */
  readonly stdin?: Given<string>;
  /** End `stdin` with a newline. Default: true. */
  readonly stdin_add_newline?: Given<boolean>;
  /** Drop newlines at the end of stdout and stderr. Default: true. */
  readonly strip_empty_ends?: Given<boolean>;
  /** The command line, for /bin/sh. */
  readonly cmd: Given<string>;
  /** Another shell, by its path: /bin/bash. */
  readonly executable?: Given<string>;
}
/** Runs a command line through a shell: pipes, redirections, variables. */
export const shell = taskOf<ShellArgs>('shell');

export interface SlurpArgs {
  /** The file. */
  readonly src: Given<string>;
}
/** Reads a file of the host into a variable, as base64. */
export const slurp = taskOf<SlurpArgs>('slurp');

export interface StatArgs {
  /** What to look at. */
  readonly path: Given<string>;
  /** Look at what a link leads to. Default: false. */
  readonly follow?: Given<boolean>;
  /** Sum the content of a file. Default: true. */
  readonly get_checksum?: Given<boolean>;
  /** How. Default: "sha1". */
  readonly checksum_algorithm?: Given<'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'>;
  /** Taken and ignored: no type is guessed. Default: true. */
  readonly get_mime?: Given<boolean>;
  /** Taken and ignored: no lsattr is run. Default: true. */
  readonly get_attributes?: Given<boolean>;
}
/** Tells what is at a path: type, mode, owner, size, times, checksum. */
export const stat = taskOf<StatArgs>('stat');

export interface SysctlArgs {
  /** The parameter: `net.ipv4.ip_forward`. */
  readonly name: Given<string>;
  /** Its value. */
  readonly value?: Given<string>;
  /** Whether the file has the parameter. Default: "present". */
  readonly state?: Given<'present' | 'absent'>;
  /** The file, `/etc/sysctl.conf` when left out. Default: "/etc/sysctl.conf". */
  readonly sysctl_file?: Given<string>;
  /** Also compare and set the value in use. Default: false. */
  readonly sysctl_set?: Given<boolean>;
  /** Load the file after it changed (sysctl -p). Default: true. */
  readonly reload?: Given<boolean>;
  /** Do not fail on parameters that the kernel does not know. Default: false. */
  readonly ignoreerrors?: Given<boolean>;
}
/** Sets kernel parameters in a file of sysctl and, if asked, at once. */
export const sysctl = taskOf<SysctlArgs>('sysctl');

export interface SystemdArgs {
  /** The unit; without a suffix a service. */
  readonly name?: Given<string>;
  /** restarted and reloaded are done each time; both start what is stopped. */
  readonly state?: Given<'started' | 'stopped' | 'restarted' | 'reloaded'>;
  /** Whether it starts at boot. */
  readonly enabled?: Given<boolean>;
  /** Whether it is impossible to start. */
  readonly masked?: Given<boolean>;
  /** Let enable replace symlinks of other units. Default: false. */
  readonly force?: Given<boolean>;
  /** Read changed unit files first; no change by itself. Default: false. */
  readonly daemon_reload?: Given<boolean>;
  /** Let systemd execute itself anew first; no change by itself. Default: false. */
  readonly daemon_reexec?: Given<boolean>;
  /** Do not wait until the job is done. Default: false. */
  readonly no_block?: Given<boolean>;
  /** The system's manager, the connected user's, or enabling for all users. Default: "system". */
  readonly scope?: Given<'system' | 'user' | 'global'>;
}
/** Manages systemd units: start, stop, enable, mask, daemon-reload. */
export const systemd = taskOf<SystemdArgs>('systemd');

export interface SystemdServiceArgs {
  /** The unit; without a suffix a service. */
  readonly name?: Given<string>;
  /** restarted and reloaded are done each time; both start what is stopped. */
  readonly state?: Given<'started' | 'stopped' | 'restarted' | 'reloaded'>;
  /** Whether it starts at boot. */
  readonly enabled?: Given<boolean>;
  /** Whether it is impossible to start. */
  readonly masked?: Given<boolean>;
  /** Let enable replace symlinks of other units. Default: false. */
  readonly force?: Given<boolean>;
  /** Read changed unit files first; no change by itself. Default: false. */
  readonly daemon_reload?: Given<boolean>;
  /** Let systemd execute itself anew first; no change by itself. Default: false. */
  readonly daemon_reexec?: Given<boolean>;
  /** Do not wait until the job is done. Default: false. */
  readonly no_block?: Given<boolean>;
  /** The system's manager, the connected user's, or enabling for all users. Default: "system". */
  readonly scope?: Given<'system' | 'user' | 'global'>;
}
/** Manages systemd units: start, stop, enable, mask, daemon-reload. */
export const systemdService = taskOf<SystemdServiceArgs>('systemd_service');

export interface TempfileArgs {
  /** What to make. Default: "file". */
  readonly state?: Given<'file' | 'directory'>;
  /** Folder to make it in; /tmp by default. */
  readonly path?: Given<string>;
  /** How the name starts. Default: "ansible.". */
  readonly prefix?: Given<string>;
  /** How the name ends. Default: "". */
  readonly suffix?: Given<string>;
}
/** Makes a new file or folder with a name that nothing else has; nobody else may read it. */
export const tempfile = taskOf<TempfileArgs>('tempfile');

export interface UnarchiveArgs {
  /** The archive on the controller, or with `remote_src` on the host. */
  readonly src: Given<string>;
  /** The folder to unpack in; it has to exist. */
  readonly dest: Given<string>;
  /** Permissions: a quoted octal number ('0644') or symbolic (u=rw,g=r,o=r). */
  readonly mode?: Given<number | string>;
  /** User who owns it: a name or a number. */
  readonly owner?: Given<string>;
  /** Group that owns it: a name or a number. */
  readonly group?: Given<string>;
  /** The archive is on the host already. Default: false. */
  readonly remote_src?: Given<boolean>;
  /** The opposite of `remote_src`, as it once was called. Default: true. */
  readonly copy?: Given<boolean>;
  /** Nothing is done when this path exists. */
  readonly creates?: Given<string>;
  /** Globs of entries that are left out. Default: []. */
  readonly exclude?: Given<string | readonly string[]>;
  /** Globs of the only entries that are unpacked. Default: []. */
  readonly include?: Given<string | readonly string[]>;
  /** More options for tar or unzip. Default: []. */
  readonly extra_opts?: Given<string | readonly string[]>;
  /** Files on the host that are newer stay. Default: false. */
  readonly keep_newer?: Given<boolean>;
  /** Return the names in the archive. Default: false. */
  readonly list_files?: Given<boolean>;
}
/** Unpacks a tar or zip archive into a folder. */
export const unarchive = taskOf<UnarchiveArgs>('unarchive');

export interface UriArgs {
  /** http or https address, asked from the host. */
  readonly url: Given<string>;
  /** Headers of the request. Default: {}. */
  readonly headers?: Given<Readonly<Record<string, string>>>;
  /** User-Agent header. Default: "rolecall". */
  readonly http_agent?: Given<string>;
  /** Seconds for the whole exchange. Default: 30. */
  readonly timeout?: Given<number>;
  /** Check certificates. Default: true. */
  readonly validate_certs?: Given<boolean>;
  /** User for basic authentication. */
  readonly url_username?: Given<string>;
  /** Password for it. */
  readonly url_password?: Given<string>;
  /** Send the credentials with the first request; they always are. Default: false. */
  readonly force_basic_auth?: Given<boolean>;
  /** CA certificates on the host, a PEM file. */
  readonly ca_path?: Given<string>;
  /** Client certificate on the host. */
  readonly client_cert?: Given<string>;
  /** Its key. */
  readonly client_key?: Given<string>;
  /** Use the proxy of the environment. Default: true. */
  readonly use_proxy?: Given<boolean>;
  /** One of GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE, or another. Default: "GET". */
  readonly method?: Given<string>;
  /** What is sent; data is encoded by body_format. */
  readonly body?: Given<unknown>;
  /** How the body is encoded. Default: "raw". */
  readonly body_format?: Given<'raw' | 'json' | 'form-urlencoded'>;
  /** Statuses that count as success. Default: [200]. */
  readonly status_code?: Given<readonly number[]>;
  /** Give the body back as `content`. Default: false. */
  readonly return_content?: Given<boolean>;
  /** Which redirects are followed: those of GET and HEAD with `safe`. Default: "safe". */
  readonly follow_redirects?: Given<'all' | 'safe' | 'none' | 'urllib2' | 'yes' | 'no'>;
  /** A path; when it exists nothing is asked. */
  readonly creates?: Given<string>;
  /** A path; when it is absent nothing is asked. */
  readonly removes?: Given<string>;
}
/** Sends an HTTP request from the host and looks at the answer; needs curl there. */
export const uri = taskOf<UriArgs>('uri');

export interface UserArgs {
  /** The login name. */
  readonly name: Given<string>;
  /** Whether the account exists. Default: "present". */
  readonly state?: Given<'present' | 'absent'>;
  /** Its number; the host chooses when left out. */
  readonly uid?: Given<number>;
  /** The number may be that of another user. Default: false. */
  readonly non_unique?: Given<boolean>;
  /** The primary group, which must exist. */
  readonly group?: Given<string>;
  /** Supplementary groups, which must exist; an empty list means none. */
  readonly groups?: Given<string | readonly string[]>;
  /** Keep the groups that are not named. Default: false. */
  readonly append?: Given<boolean>;
  /** The full name (GECOS). */
  readonly comment?: Given<string>;
  /** The home directory. */
  readonly home?: Given<string>;
  /** Make the home directory if it is not there. Default: true. */
  readonly create_home?: Given<boolean>;
  /** Move the content when home changes. Default: false. */
  readonly move_home?: Given<boolean>;
  /** The folder that a new home is copied from. */
  readonly skeleton?: Given<string>;
  /** The umask of a new home. */
  readonly umask?: Given<string>;
  /** The login shell. */
  readonly shell?: Given<string>;
  /** A new account gets a system number. Default: false. */
  readonly system?: Given<boolean>;
  /** The hash, as in /etc/shadow (see the filter password_hash). */
  readonly password?: Given<string>;
  /** Whether an existing password is replaced. Default: "always". */
  readonly update_password?: Given<'always' | 'on_create'>;
  /** Whether the password is locked. */
  readonly password_lock?: Given<boolean>;
  /** Days after which the password must be changed. */
  readonly password_expire_max?: Given<number>;
  /** Days before it may be changed. */
  readonly password_expire_min?: Given<number>;
  /** Days of warning before it ends. */
  readonly password_expire_warn?: Given<number>;
  /** When the account ends, in seconds since 1970; negative: never. */
  readonly expires?: Given<number>;
  /** Make a key pair if there is none; an existing one is kept. Default: false. */
  readonly generate_ssh_key?: Given<boolean>;
  /** Size of the key; ssh-keygen decides when left out. */
  readonly ssh_key_bits?: Given<number>;
  /** Kind of the key. Default: "rsa". */
  readonly ssh_key_type?: Given<string>;
  /** Where the key is, relative to home; `.ssh/id_TYPE` when left out. */
  readonly ssh_key_file?: Given<string>;
  /** Its comment; `ansible-generated on HOST` when left out. */
  readonly ssh_key_comment?: Given<string>;
  /** With absent: remove home and mail too. Default: false. */
  readonly remove?: Given<boolean>;
  /** With absent: also while the user is logged in. Default: false. */
  readonly force?: Given<boolean>;
}
/** Creates, changes and removes user accounts. */
export const user = taskOf<UserArgs>('user');

export interface WaitForArgs {
  /** Address to connect to, seen from the host. Default: "127.0.0.1". */
  readonly host?: Given<string>;
  /** TCP port. */
  readonly port?: Given<number>;
  /** File that must be there. */
  readonly path?: Given<string>;
  /** What the file must hold, or the port must say. */
  readonly search_regex?: Given<string>;
  /** What is waited for: an open or closed port, a file that is there or gone. Default: "started". */
  readonly state?: Given<'started' | 'stopped' | 'present' | 'absent' | 'drained'>;
  /** Seconds to wait at most. Default: 300. */
  readonly timeout?: Given<number>;
  /** Seconds before the first look. Default: 0. */
  readonly delay?: Given<number>;
  /** Seconds between looks. Default: 1. */
  readonly sleep?: Given<number>;
  /** Seconds for one attempt to connect. Default: 5. */
  readonly connect_timeout?: Given<number>;
  /** What to say when the time is up. */
  readonly msg?: Given<string>;
}
/** Waits on the host for a port or a file. */
export const waitFor = taskOf<WaitForArgs>('wait_for');
