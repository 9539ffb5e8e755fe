/** The signs of the live view; each also differs by shape, so that colour is not needed. */
export interface Figures {
  readonly waiting: string;
  readonly connecting: string;
  readonly running: string;
  readonly ok: string;
  readonly changed: string;
  readonly skipped: string;
  readonly unknown: string;
  readonly failed: string;
  readonly unreachable: string;
  readonly rule: string;
  readonly barDone: string;
  readonly barLeft: string;
  readonly spinner: readonly string[];
}

export const unicodeFigures: Figures = {
  waiting: '·',
  connecting: '↔',
  running: '▸',
  ok: '✔',
  changed: '±',
  skipped: '↓',
  unknown: '?',
  failed: '✖',
  unreachable: '⊘',
  rule: '─',
  barDone: '█',
  barLeft: '░',
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧'],
};

export const asciiFigures: Figures = {
  waiting: '.',
  connecting: '~',
  running: '>',
  ok: '+',
  changed: '*',
  skipped: '-',
  unknown: '?',
  failed: 'X',
  unreachable: '!',
  rule: '-',
  barDone: '#',
  barLeft: '.',
  spinner: ['-', '\\', '|', '/'],
};

/** The signs that the locale (LC_ALL, LC_CTYPE, LANG) can show. */
export function figuresFor(environment: Readonly<Record<string, string | undefined>>): Figures {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || '';
  const limited = environment.TERM === 'linux' || (locale !== '' && !/utf-?8/i.test(locale));
  return limited ? asciiFigures : unicodeFigures;
}
