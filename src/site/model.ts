import type { Edge, Endpoint, Provision } from '../roles/role.ts';

/** A whole site as plain data: which host has which role, and what that role says of itself. */
export interface SiteModel {
  readonly hosts: readonly SiteHost[];
}

export interface SiteHost {
  readonly name: string;
  readonly address: string;
  readonly groups: readonly string[];
  readonly roles: readonly SiteRole[];
}

export interface SiteRole {
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
  readonly edges: readonly Edge[];
  readonly provisions: readonly Provision[];
}

/** What an edge is for; told by the words of its `need`, which role authors choose. */
export type EdgeKind = 'request' | 'replication' | 'code' | 'backup' | 'scrape';

export function kindOf({ need }: Pick<Edge, 'need'>): EdgeKind {
  if (/^replicat/i.test(need)) return 'replication';
  if (/^(code|release|artifact)/i.test(need)) return 'code';
  if (/^backup/i.test(need)) return 'backup';
  if (/^(scrape|monitor|metric)/i.test(need)) return 'scrape';
  return 'request';
}
