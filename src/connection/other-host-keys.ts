import type { Client } from 'ssh2';

/**
 * Lets a host tell of its other keys without an answer. ssh2 would have each of them proven, with a
 * signature by the host and its check here, and nobody listens to what comes of it.
 */
export function ignoreOtherHostKeys(client: Client): void {
  client.once('handshake', () => {
    const handlers = (client as unknown as Inside)._protocol?._handlers;
    const answer = handlers?.GLOBAL_REQUEST;
    if (!answer) return;
    handlers.GLOBAL_REQUEST = (protocol, name, wantReply, data) => {
      if (wantReply || name !== 'hostkeys-00@openssh.com') answer(protocol, name, wantReply, data);
    };
  });
}

type GlobalRequest = (protocol: unknown, name: string, wantReply: boolean, data: unknown) => void;

/** What ssh2 1.17 has inside; where that is different, all stays as it is. */
interface Inside {
  readonly _protocol?: { readonly _handlers?: { GLOBAL_REQUEST?: GlobalRequest } };
}
