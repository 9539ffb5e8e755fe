/** What has gone over a connection so far, to compare runs by. */
export interface Traffic {
  /** Shells that were started on the host: one for each user, more when one had to be replaced. */
  readonly shells: number;
  /** Times that scripts were sent, as many together as there were: each waits for its answers once. */
  readonly roundTrips: number;
  readonly scripts: number;
  /** Bytes written to shells: scripts with their stdin, and the loop that reads them. */
  readonly bytesSent: number;
  /** Bytes that shells wrote to stdout and stderr. */
  readonly bytesReceived: number;
}

/** The figures of a connection, which its shells add to. */
export type TrafficCount = { -readonly [Figure in keyof Traffic]: Traffic[Figure] };

export function noTraffic(): TrafficCount {
  return { shells: 0, roundTrips: 0, scripts: 0, bytesSent: 0, bytesReceived: 0 };
}
