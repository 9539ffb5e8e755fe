/**
 * One host of a lab: a machine with systemd, sshd and apt, reached over SSH like any other.
 *
 * @example { name: 'web1', groups: ['web'], address: '10.77.0.11', user: 'deploy', suite: 'trixie',
 *   packages: [], users: [{ name: 'deploy', sudo: 'nopasswd' }], keyFile: '/root/.ssh/lab' }
 */
export interface LabHost {
  /** The name in the inventory. */
  readonly name: string;
  readonly groups: readonly string[];
  /** IPv4 address inside the lab's subnet. */
  readonly address: string;
  /** Who `up` logs in as to see that the host answers. */
  readonly user: string;
  /** Debian suite: `trixie`, `bookworm`, `sid`. */
  readonly suite: string;
  /** Debian packages on top of a minimal system with systemd, sshd and sudo. */
  readonly packages: readonly string[];
  /** Besides root. */
  readonly users: readonly LabUser[];
  /** Private key whose public half may log in as root and as every user; made when missing. */
  readonly keyFile: string;
}

export interface LabUser {
  readonly name: string;
  readonly sudo: 'nopasswd' | 'password' | 'none';
  readonly password?: string;
  /** Login shell, `/bin/bash` unless told. It need not exist. */
  readonly shell?: string;
}

export interface Lab {
  /** Lower-case letters, digits and dashes, at most 20: it is part of every name the lab makes. */
  readonly name: string;
  /** `10.77.0.0/24`; the machine itself gets the first address. */
  readonly subnet: string;
  readonly hosts: readonly LabHost[];
}

export interface HostStatus {
  readonly name: string;
  readonly address: string;
  readonly state: 'running' | 'stopped' | 'absent';
  /** Seconds since it was booted. */
  readonly uptime?: number;
  /** Whether a real login worked. */
  readonly ssh: boolean;
}

export interface ExecResult {
  /** Exit status, 128 + n after signal n. */
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** What a lab does, in order, for whoever shows progress. Times are seconds. */
export type LabEvent =
  | { readonly kind: 'packages'; readonly names: readonly string[] }
  | {
      readonly kind: 'base';
      readonly suite: string;
      readonly packages: readonly string[];
      readonly state: 'cached' | 'building' | 'built';
      readonly seconds?: number;
    }
  | { readonly kind: 'base-output'; readonly line: string }
  | {
      readonly kind: 'host';
      readonly host: string;
      readonly state: 'already-up' | 'preparing' | 'booting' | 'ready' | 'failed' | 'removed';
      readonly seconds?: number;
      readonly error?: string;
    };

export type Report = (event: LabEvent) => void;

/**
 * What runs the hosts. An implementation owes: every method can be called again after a crash in
 * its middle; what it makes has the lab's name in it; `removeLab` needs nothing but that name.
 */
export interface LabBackend {
  readonly name: string;
  /** Debian packages that the backend's commands come from, by command. */
  readonly commands: Readonly<Record<string, string>>;
  /** Throws `lab-unsupported` with the reason where this backend cannot work. */
  assertUsable(): Promise<void>;
  /** Builds the root filesystem of a suite with packages, or finds it in the cache; returns its id. */
  ensureBase(suite: string, packages: readonly string[], report: Report): Promise<string>;
  ensureNetwork(lab: Lab): Promise<void>;
  /** Whether this very host, made from this base and this description, runs already. */
  isUpToDate(lab: Lab, host: LabHost, base: string): Promise<boolean>;
  /** Makes a fresh, stopped host; what was there before is gone. */
  create(lab: Lab, host: LabHost, base: string): Promise<void>;
  /** Starts a created host unless it runs, and returns when its sshd listens. */
  boot(lab: Lab, host: LabHost): Promise<void>;
  /** Pulls the plug: no process of the host gets to run again; its disk stays. */
  powerOff(lab: Lab, hostName: string): Promise<void>;
  /** Removes a host, running or not. */
  remove(labName: string, hostName: string): Promise<void>;
  /** Names of hosts of which anything exists. */
  list(labName: string): Promise<string[]>;
  /** Seconds since boot, or undefined when it does not run. */
  uptime(labName: string, hostName: string): Promise<number | undefined>;
  /** Runs a command inside, as root, without SSH. */
  exec(
    lab: Lab,
    hostName: string,
    argv: readonly string[],
    options?: { input?: string | Buffer },
  ): Promise<ExecResult>;
  /** Path on this machine under which the running host's file tree is seen, mounts included. */
  tree(lab: Lab, hostName: string): Promise<string>;
  /** Removes hosts, network and all other traces; nothing there is fine. */
  removeLab(labName: string): Promise<void>;
}
