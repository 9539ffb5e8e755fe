import { rawSh } from '../shell/sh.ts';
import type { Channel } from './channel.ts';
import type { Connection } from './connection.ts';
import { startProcess } from './process-channel.ts';
import { ShellConnection } from './shell-connection.ts';

/** A connection to this machine, as the user that runs rolecall. */
export function connectLocal(): Connection {
  const channels = new Set<Channel>();
  return new ShellConnection({
    endpoint: 'localhost',
    broken: new Promise(() => {}),
    open: async (command) => {
      const channel = startProcess(rawSh(command));
      channels.add(channel);
      void channel.ended.then(() => channels.delete(channel));
      return channel;
    },
    close: async () => {
      for (const channel of channels) channel.destroy();
      await Promise.all([...channels].map(({ ended }) => ended));
    },
  });
}
