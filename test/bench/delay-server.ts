import { once } from 'node:events';
import { type AddressInfo, createServer, Socket } from 'node:net';

// `delay-server.ts RTT ADDRESS…`: a port for each address, said on stdout; ends with its stdin.

const [rtt = '0', ...addresses] = process.argv.slice(2);
const oneWay = Number(rtt) / 2;

const ports = addresses.map(async (address) => {
  const options = { allowHalfOpen: true, noDelay: true, pauseOnConnect: true };
  const server = createServer(options, (near) => bridge(near, address));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
});
process.stdout.write(`${JSON.stringify(await Promise.all(ports))}\n`);
process.stdin.resume().on('end', () => process.exit());

/**
 * The handshake takes its time, too: who connects could send after one round trip, and the host would
 * learn of it half a round trip later.
 */
function bridge(near: Socket, address: string): void {
  const far = new Socket({ allowHalfOpen: true }).setNoDelay();
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
  later(2, () => {
    later(1, () => far.connect(22, address));
    delay(near, far);
    delay(far, near);
    near.resume();
  });
}

/** Each piece arrives as much later as the way is long, its order kept; so does the end. */
function delay(from: Socket, to: Socket): void {
  from.on('data', (piece) => later(1, () => to.writable && to.write(piece)));
  from.on('end', () => later(1, () => to.end()));
}

function later(ways: number, act: () => void): void {
  if (oneWay === 0) act();
  else setTimeout(act, ways * oneWay);
}
