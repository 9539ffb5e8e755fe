import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

// `delay-server.ts RTT ADDRESS…`: a port for each address, said on stdout; ends with its stdin.

const [rtt = '0', ...addresses] = process.argv.slice(2);
const oneWay = Number(rtt) / 2;

const ports = addresses.map(async (address) => {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ host: address, port: 22, allowHalfOpen: true, noDelay: true });
    delay(near, far);
    delay(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
});
process.stdout.write(`${JSON.stringify(await Promise.all(ports))}\n`);
process.stdin.resume().on('end', () => process.exit());

/** Each piece arrives as much later as the way is long, its order kept; so does the end. */
function delay(from: Socket, to: Socket): void {
  const later = (act: () => void): void => {
    if (oneWay === 0) act();
    else setTimeout(act, oneWay);
  };
  from.on('data', (piece) => later(() => to.writable && to.write(piece)));
  from.on('end', () => later(() => to.end()));
  from.on('error', () => to.destroy());
}
