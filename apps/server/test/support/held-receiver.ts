import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

export interface HeldReceiver {
  readonly url: string;
  /** How many requests wait for their answer. */
  readonly waiting: () => number;
  /** Answers 200 to all that wait, and at once to whatever comes after. */
  release(): void;
}

/** A receiver that answers when the test says so. */
export async function heldReceiver(): Promise<HeldReceiver> {
  const held: ServerResponse[] = [];
  let isReleased = false;
  const server = createServer((request, response) => {
    request.resume();
    if (isReleased) response.end('{}');
    else held.push(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    waiting: () => held.length,
    release: () => {
      isReleased = true;
      for (const response of held.splice(0)) response.end('{}');
    },
  };
}
