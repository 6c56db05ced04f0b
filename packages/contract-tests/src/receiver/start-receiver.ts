import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Closable } from '../define-contract.ts';
import type { ReceivedRequest, ReceiverBehaviour } from '../harness/webhook-sender-harness.ts';
import { playBehaviour } from './play-behaviour.ts';
import { recordRequest } from './record-request.ts';

/** A receiver on a loopback port of its own that does what the test asks. */
export interface Receiver extends Closable {
  /** Without a path: `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Sets what it does with each request that it has read from now on. After `refuse` it listens again on the same port. */
  behave(behaviour: ReceiverBehaviour): Promise<void>;
  /** The requests that arrived whole, oldest first. */
  received(): readonly ReceivedRequest[];
}

/** Starts a receiver that answers 200 with a `messageId` until a test changes that. Closing it ends what it left hanging. */
export async function startReceiver(): Promise<Receiver> {
  const received: ReceivedRequest[] = [];
  let behaviour: ReceiverBehaviour = {
    kind: 'answer',
    status: 200,
    body: '{"message":"Accepted","messageId":"receiver-id-1"}',
  };

  const server = createServer((request, response) => void handle(request, response));
  // Idle connections of a sender's pool stay open for as long as a case runs.
  server.keepAliveTimeout = 600_000;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const recorded = await recordRequest(request);
    if (recorded === null) return;
    received.push(recorded);
    playBehaviour(behaviour, response);
  }

  const port = await listen(server, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    behave: async (next) => {
      behaviour = next;
      if (next.kind === 'refuse') await stopListening(server);
      else if (!server.listening) await listen(server, port);
    },
    received: () => [...received],
    close: () => stopListening(server),
  };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server's address is never a pipe's name.
  return (server.address() as AddressInfo).port;
}

async function stopListening(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
