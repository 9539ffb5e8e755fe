export type Severity = 'high' | 'medium' | 'low';

/** From the worst on. */
export const severities: readonly Severity[] = ['high', 'medium', 'low'];

/** Something about a site that its operator should know. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** Names of hosts, in the order of the inventory. */
  readonly hosts: readonly string[];
  readonly role?: string;
  /** What no longer works when it fails: `everything`, `writes`; for single points of failure. */
  readonly lost?: readonly string[];
  /** What happens, or can. */
  readonly effect: string;
  /** What would end it. */
  readonly change: string;
}

interface CatalogueEntry {
  readonly severity: Severity;
  /** For the page of docs. */
  readonly meaning: string;
}

/** Every code that an audit can report, in the order of the report. */
export const findingCatalogue = {
  'no-entry-point': {
    severity: 'high',
    meaning: 'No role answers users, so that nothing can be said about what they need.',
  },
  'single-point-of-failure': {
    severity: 'high',
    meaning: 'When this host (or this role on it) fails, something that users need works no more.',
  },
  'no-shared-address': {
    severity: 'high',
    meaning:
      'Several hosts let requests in, but clients of one that fails do not reach the others.',
  },
  'single-data-copy': {
    severity: 'high',
    meaning: 'Data is kept on one host only.',
  },
  'no-backup': { severity: 'high', meaning: 'Data of which no backup is made.' },
  'backup-on-data-host': {
    severity: 'high',
    meaning: 'Backups lie on the host whose loss they are for.',
  },
  'backup-untested': {
    severity: 'medium',
    meaning: 'Backups of which nobody sees whether they can be restored.',
  },
  'no-firewall': {
    severity: 'high',
    meaning: 'No role sets up a firewall: every port is reached by who reaches the host.',
  },
  'no-https': { severity: 'high', meaning: 'Users are served over plain HTTP.' },
  'open-statistics': {
    severity: 'medium',
    meaning: 'Statistics or metrics are answered on other addresses than loopback.',
  },
  'no-monitoring': { severity: 'medium', meaning: 'Nobody is told when something fails.' },
  'single-code-base': {
    severity: 'medium',
    meaning: 'Releases are kept in one place, without which none can be put on a host.',
  },
  'outside-dependency': {
    severity: 'low',
    meaning: 'A need is met only by something outside of the inventory, which cannot be judged.',
  },
  'standby-only': {
    severity: 'low',
    meaning: 'A host gets requests only when others fail: that it could serve them is not seen.',
  },
  'replica-unread': { severity: 'low', meaning: 'A replica that no role reads from.' },
} as const satisfies Record<string, CatalogueEntry>;

export type FindingCode = keyof typeof findingCatalogue;

/** A finding with the severity of its code. */
export function finding(
  code: FindingCode,
  hosts: readonly string[],
  rest: Pick<Finding, 'role' | 'lost' | 'effect' | 'change'>,
): Finding {
  return { code, severity: findingCatalogue[code].severity, hosts, ...rest };
}
