import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Reply } from './qualys-answers';
import type { Sending } from './qualys-faults';

const compress = promisify(gzip);

/** Not a multiple of any character's length: characters are split. */
const CHUNK_BYTES = 4099;
const TRICKLE_INTERVAL_MS = 100;
/** What is sent before a reset must arrive first: a reset discards what the receiver has not read. */
const BEFORE_RESET_MS = 30;

/** Sends an answer; it settles when the answer is on its way, or its connection is gone. */
export async function deliver(
  response: ServerResponse,
  { status, headers, body: plain }: Reply,
  { delivery = 'whole', compressed }: Pick<Sending, 'delivery'> & { compressed: boolean },
): Promise<void> {
  const body = compressed ? await compress(plain, { level: constants.Z_BEST_SPEED }) : plain;
  const all = {
    ...headers,
    ...(compressed && { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' }),
    ...(delivery !== 'chunked' && { 'Content-Length': body.length }),
  };
  response.writeHead(status, all);
  const { socket } = response;
  switch (delivery) {
    case 'whole':
      response.end(body);
      return;
    case 'truncated':
      await write(response, body.subarray(0, body.length >> 1));
      socket?.destroySoon();
      return;
    case 'reset':
      await write(response, body.subarray(0, body.length >> 1));
      await sleep(BEFORE_RESET_MS);
      socket?.resetAndDestroy();
      return;
    case 'chunked':
      await pieces(response, body, CHUNK_BYTES, 0);
      return;
    default:
      await pieces(
        response,
        body,
        Math.max(1, Math.round((delivery * TRICKLE_INTERVAL_MS) / 1000)),
        TRICKLE_INTERVAL_MS,
      );
  }
}

async function pieces(response: ServerResponse, body: Buffer, size: number, intervalMs: number): Promise<void> {
  for (let at = 0; at < body.length && !response.destroyed; at += size) {
    await write(response, body.subarray(at, at + size));
    if (intervalMs > 0) await sleep(intervalMs, undefined, { ref: false });
  }
  response.end();
}

/** Until the system has taken it, or the connection is gone. */
function write(response: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve);
    response.write(bytes, () => {
      response.off('close', resolve);
      resolve();
    });
  });
}
