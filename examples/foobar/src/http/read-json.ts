import type { IncomingMessage } from 'node:http';
import { HttpProblem } from './problem.ts';

/** Bytes that a request's body may have. */
export const bodyLimit = 64 * 1024;
/** Of a body that is too large this much is read, so that clients that send first get the answer. */
const discardLimit = 1024 * 1024;

/** The JSON of a request's body. Throws `HttpProblem` 400, 413 or 415. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    const message = `the body has to be application/json, not ${JSON.stringify(type)}`;
    throw new HttpProblem(415, 'not-json', message);
  }
  const bytes = await readBytes(request);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new HttpProblem(400, 'invalid-json', `the body is not JSON: ${(error as Error).message}`);
  }
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = Number(request.headers['content-length'] ?? 0) > discardLimit ? Infinity : 0;
  if (size <= discardLimit) {
    try {
      for await (const chunk of request.iterator({ destroyOnReturn: false })) {
        size += chunk.length;
        if (size <= bodyLimit) chunks.push(chunk);
        if (size > discardLimit) break;
      }
    } catch {
      throw new HttpProblem(400, 'incomplete', 'the body ended too early');
    }
  }
  if (size > bodyLimit) {
    const message = `the body is larger than ${bodyLimit} bytes`;
    throw new HttpProblem(413, 'too-large', message, { Connection: 'close' });
  }
  return Buffer.concat(chunks);
}
