/** Where a reporter writes: process.stdout, a file's stream, or a test's array. */
export interface Output {
  write(text: string, done?: () => void): unknown;
  readonly columns?: number;
  readonly rows?: number;
  readonly isTTY?: boolean;
}

/** Waits until everything written so far has left the process. */
export function flushed(output: Output): Promise<void> {
  return new Promise((resolve) => {
    output.write('', () => resolve());
  });
}
