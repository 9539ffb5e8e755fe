import type { Client, ClientChannel } from 'ssh2';
import type { Channel, ChannelEnd } from './channel.ts';
import { SessionRefused, type Transport } from './shell-connection.ts';
import type { Login } from './ssh-login.ts';

/** Commands on channels of one SSH connection. */
export function sshTransport(login: Login): Transport {
  return {
    endpoint: login.endpoint,
    broken: login.broken,
    open: async (command) => sshChannel(await exec(login.client, command), login.failure),
    close: async () => {
      login.end();
      const limit = Promise.withResolvers<void>();
      const timer = setTimeout(limit.resolve, 1000);
      await Promise.race([login.broken, limit.promise]);
      clearTimeout(timer);
    },
  };
}

function exec(client: Client, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => {
      const refused = /Channel open failure/i.test(error.message);
      reject(refused ? new SessionRefused(error.message) : error);
    };
    try {
      client.exec(command, (error, channel) => (error ? refuse(error) : resolve(channel)));
    } catch (error) {
      reject(error);
    }
  });
}

function sshChannel(channel: ClientChannel, failure: () => Error | undefined): Channel {
  const over: PromiseWithResolvers<ChannelEnd> = Promise.withResolvers();
  let end: ChannelEnd | undefined;
  channel.on('error', () => {});
  channel.on('exit', (status: number | null, signal?: string) => {
    end = { status: status ?? undefined, signal: signal?.replace(/^SIG|^/, 'SIG') };
    afterQuiet(channel, () => channel.close());
  });
  // Without an exit status the connection broke: never a success.
  channel.on('close', () =>
    over.resolve(end ?? { lost: failure() ?? new Error('the channel was closed') }),
  );
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    ended: over.promise,
    destroy: () => {
      over.resolve(end ?? { lost: failure() });
      channel.close();
    },
  };
}

/** A child in the background keeps the channel open; once nothing has come for a while it is closed. */
function afterQuiet(channel: ClientChannel, act: () => void): void {
  let timer = setTimeout(act, quietMs);
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(act, quietMs);
  };
  channel.on('data', again);
  channel.stderr.on('data', again);
  channel.once('close', () => clearTimeout(timer));
}

const quietMs = 300;
