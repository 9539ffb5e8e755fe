import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Running {
  readonly port: number;
  close(): void;
}

/** An HTTP server on loopback. */
export async function httpServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Running> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A name server on loopback that knows A records, and says NXDOMAIN to all else. */
export async function nameServer(records: Readonly<Record<string, string>>): Promise<Running> {
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    socket.send(answerTo(question, records), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, close: () => socket.close() };
}

const headerBytes = 12;

function answerTo(question: Buffer, records: Readonly<Record<string, string>>): Buffer {
  const labels: string[] = [];
  let at = headerBytes;
  while (question[at]! > 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + question[at]!));
    at += 1 + question[at]!;
  }
  const asked = question.subarray(headerBytes, at + 5);
  const address = records[labels.join('.').toLowerCase()];
  const header = Buffer.alloc(headerBytes);
  question.copy(header, 0, 0, 2);
  header.writeUInt16BE(address === undefined ? 0x8583 : 0x8580, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(address === undefined ? 0 : 1, 6);
  if (address === undefined) return Buffer.concat([header, asked]);
  const record = Buffer.from([0xc0, headerBytes, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4]); // TTL 300
  return Buffer.concat([header, asked, record, Buffer.from(address.split('.').map(Number))]);
}
