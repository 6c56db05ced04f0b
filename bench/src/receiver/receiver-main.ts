import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReceiverCommand, ReceiverCounts, ReceiverReply } from './receiver-protocol.ts';

/** The receiver's process: takes every delivery with 200 and counts the distinct ids, so that speed without delivery shows. */
const seen = new Set<string>();
let requests = 0;
let cpuBefore = process.cpuUsage();

const server = createServer((request, response) => {
  const id = request.headers['webhook-id'];
  request.resume();
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

function counts(): ReceiverCounts {
  const { user, system } = process.cpuUsage(cpuBefore);
  return { requests, distinct: seen.size, cpuMs: (user + system) / 1000 };
}

function reply(message: ReceiverReply): void {
  process.send?.(message);
}

process.on('message', (command: ReceiverCommand) => {
  if (command === 'reset') {
    seen.clear();
    requests = 0;
    cpuBefore = process.cpuUsage();
  }
  reply({ kind: 'counts', counts: counts() });
});
process.on('disconnect', () => process.exit(0));

server.listen(0, '127.0.0.1', () => {
  // Listening on a port, so the address is an object.
  const { port } = server.address() as AddressInfo;
  reply({ kind: 'listening', url: `http://127.0.0.1:${port}/webhook` });
});
