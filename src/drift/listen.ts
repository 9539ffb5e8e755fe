export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `9464`, `127.0.0.1:9464`, `[::1]:9464`; a port alone is of this machine only. */
export function parseListen(text: string): ListenAddress | undefined {
  const [, bracketed, plain, port] =
    /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535) return undefined;
  return { host: bracketed ?? plain ?? '127.0.0.1', port: Number(port) };
}
