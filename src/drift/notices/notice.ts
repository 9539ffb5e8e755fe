import type { Finding } from '../fleet.ts';
import type { NoticeKind } from '../settings-schema.ts';

/** What people are told: the JSON that webhooks and commands get, described in docs/guides/drift.md. */
export interface Notice {
  readonly version: 1;
  /** The name of the watch. */
  readonly watch: string;
  readonly machine: string;
  /** ISO 8601. */
  readonly at: string;
  readonly kind: NoticeKind;
  /** `happened` is about a moment, the others about something that lasts. */
  readonly change: 'began' | 'changed' | 'ended' | 'reminder' | 'happened';
  /** One line. */
  readonly title: string;
  /** For people; with the title as first line. */
  readonly text: string;
  readonly hosts: readonly string[];
  readonly findings: readonly NoticeFinding[];
}

/** Without diffs: they may be long, and are in the report of the check. */
export type NoticeFinding = Pick<
  Finding,
  'host' | 'play' | 'role' | 'task' | 'module' | 'kind' | 'key' | 'message'
>;
