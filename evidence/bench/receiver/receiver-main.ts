import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerParent } from '../processes/answer-parent.ts';
import { enqueuedAt, now } from './enqueued-at.ts';
import type { ReceiverCommand, ReceiverCounts } from './receiver-protocol.ts';

/** The receiver's process: takes every delivery with 200 and counts the distinct ids, so that speed without delivery shows. */
const seen = new Set<string>();
let requests = 0;
let latenciesMs: number[] = [];
let cpuBefore = process.cpuUsage();

const server = createServer((request, response) => {
  const id = request.headers['webhook-id'];
  let body = '';
  // Reading it as text costs more than dropping it: only where the sender asks for it by its path.
  if (request.url === '/timed') {
    const arrivedAt = now();
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const at = enqueuedAt(body);
      if (at !== null) latenciesMs.push(arrivedAt - at);
    });
  } else {
    request.resume();
  }
  request.on('end', () => {
    requests += 1;
    if (typeof id === 'string') seen.add(id);
    const answer = `{"message":"Accepted","messageId":"${requests}"}`;
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': answer.length,
    });
    response.end(answer);
  });
});
server.keepAliveTimeout = 60_000;

async function listen(): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Listening on a port, so the address is an object.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/webhook`;
}

function counts(): ReceiverCounts {
  const { user, system } = process.cpuUsage(cpuBefore);
  return { requests, distinct: seen.size, cpuMs: (user + system) / 1000 };
}

function reset(): ReceiverCounts {
  seen.clear();
  requests = 0;
  latenciesMs = [];
  cpuBefore = process.cpuUsage();
  return counts();
}

answerParent<ReceiverCommand>(async ({ kind }) => {
  switch (kind) {
    case 'listen':
      return listen();
    case 'reset':
      return reset();
    case 'counts':
      return counts();
    case 'latencies':
      return latenciesMs;
    case 'end':
      return process.exit(0);
  }
});
