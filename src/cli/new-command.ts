import { Command } from 'commander';

/** The command line cannot be understood; what is wrong has been printed. */
export class UsageError extends Error {}

/** A command with this project's ways: help at most 80 columns wide, errors with the nearest name. */
export function newCommand(name: string): Command {
  return new Command(name)
    .exitOverride()
    .showSuggestionAfterError(true)
    .showHelpAfterError(
      `(rolecall ${name === 'rolecall' ? '' : `${name} `}--help lists what there is)`,
    )
    .helpOption('-h, --help', 'show this help')
    .configureHelp({ helpWidth: helpColumns(process.stdout.columns), showGlobalOptions: false })
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'option-invalid: ')),
    });
}

/** For options that may be given several times: collects their values. */
export function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}

/** For options that may be given several times with lists: `-t a,b -t c`. */
export function collectList(value: string, earlier: readonly string[] = []): string[] {
  const items = value.split(',').map((item) => item.trim());
  return [...earlier, ...items.filter((item) => item !== '')];
}

/** For flags that count: -vvv. */
export function increase(_value: string, earlier: number): number {
  return earlier + 1;
}

function helpColumns(columns: number | undefined): number {
  return Math.min(80, Math.max(40, columns ?? 80));
}
