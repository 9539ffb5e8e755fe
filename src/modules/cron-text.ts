/** What cron edits in a crontab: a job under its marker, or a variable. */
export interface CronJob {
  readonly name: string;
  /** The line of the job, without a `#` before it when disabled. */
  readonly line: string;
  readonly disabled: boolean;
}

/** The line before a job, by which it is found again; the same as Ansible's. */
export function marker(name: string): string {
  return `#Ansible: ${name}`;
}

/** The crontab with the job in the place it has, else at the end. */
export function withJob(text: string, job: CronJob): string {
  const wanted = `${job.disabled ? '#' : ''}${job.line}`;
  const lines = linesOf(text);
  const at = lines.indexOf(marker(job.name));
  if (at < 0) return joined([...lines, marker(job.name), wanted]);
  const rest = withoutMarker(lines.slice(at + 2), job.name);
  return joined([...lines.slice(0, at + 1), wanted, ...rest]);
}

export function withoutJob(text: string, name: string): string {
  return joined(withoutMarker(linesOf(text), name));
}

/** A variable: `NAME="value"`; a new one comes first, or beside another variable. */
export function withVariable(
  text: string,
  name: string,
  value: string,
  place: { readonly after?: string; readonly before?: string },
): string {
  const entry = `${name}="${value}"`;
  const lines = linesOf(text);
  const at = lines.findIndex((line) => variableOf(line) === name);
  if (at >= 0) return joined(lines.map((line, index) => (index === at ? entry : line)));
  const beside = place.after ?? place.before;
  const other = beside === undefined ? -1 : lines.findIndex((line) => variableOf(line) === beside);
  const index = other < 0 ? 0 : place.after === undefined ? other : other + 1;
  return joined([...lines.slice(0, index), entry, ...lines.slice(index)]);
}

/** Whether the crontab has a variable of this name. */
export function hasVariable(text: string, name: string): boolean {
  return linesOf(text).some((line) => variableOf(line) === name);
}

export function withoutVariable(text: string, name: string): string {
  return joined(linesOf(text).filter((line) => variableOf(line) !== name));
}

function withoutMarker(lines: readonly string[], name: string): string[] {
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (lines[at] === marker(name)) at += 1;
    else kept.push(lines[at]!);
  }
  return kept;
}

function variableOf(line: string): string | undefined {
  return /^\s*(?:"([^"]+)"|'([^']+)'|([A-Za-z_]\w*))\s*=/.exec(line)?.slice(1).find(Boolean);
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function joined(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
