/** How template text is read; the defaults are Ansible's for strings in playbooks. */
export interface TemplateOptions {
  /** Drop the newline after a block tag (default true, as Ansible does). */
  readonly trimBlocks?: boolean;
  /** Drop spaces before a block tag that starts its line (default false). */
  readonly lstripBlocks?: boolean;
  /** Text ends with at least as many newlines as the template (default true). */
  readonly keepTrailingNewline?: boolean;
  /** What every newline of the template becomes (default '\n'). */
  readonly newlineSequence?: string;
  /**
   * Backslashes in string literals within `{{ }}` stand for themselves (default true, as in
   * playbooks). Template files pass false: there `'\n'` is a newline.
   */
  readonly escapeBackslashes?: boolean;
  /** Included templates may call macros of the template that includes them (default false). */
  readonly inheritsNames?: boolean;
  readonly blockStartString?: string;
  readonly blockEndString?: string;
  readonly variableStartString?: string;
  readonly variableEndString?: string;
  readonly commentStartString?: string;
  readonly commentEndString?: string;
}

export type ResolvedOptions = Required<TemplateOptions>;

const defaults: ResolvedOptions = {
  trimBlocks: true,
  lstripBlocks: false,
  keepTrailingNewline: true,
  newlineSequence: '\n',
  escapeBackslashes: true,
  inheritsNames: false,
  blockStartString: '{%',
  blockEndString: '%}',
  variableStartString: '{{',
  variableEndString: '}}',
  commentStartString: '{#',
  commentEndString: '#}',
};

export function resolveOptions(options: TemplateOptions = {}): ResolvedOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaults, ...(Object.fromEntries(given) as TemplateOptions) };
}
