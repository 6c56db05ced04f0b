import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen } from '../../support/counting-receiver.ts';
import { answerParent } from '../processes/answer-parent.ts';
import { enqueuedAt, now } from './enqueued-at.ts';

/** The receiver's process: takes every delivery with 200 and counts the distinct ids, so that speed without delivery shows. */
const seen = new Set<string>();
let requests = 0;
let latenciesMs: number[] = [];
let cpuBefore = process.cpuUsage();

function receive(request: IncomingMessage, response: ServerResponse): void {
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
    const headers = { 'content-type': 'application/json', 'content-length': answer.length };
    response.writeHead(200, headers).end(answer);
  });
}

const answers = {
  listen: async (): Promise<string> => {
    const { server, port } = await listen();
    server.on('request', receive);
    return `http://127.0.0.1:${port}/webhook`;
  },
  reset: async () => {
    seen.clear();
    requests = 0;
    latenciesMs = [];
    cpuBefore = process.cpuUsage();
  },
  counts: async () => {
    const { user, system } = process.cpuUsage(cpuBefore);
    // The process's use of the machine since the last reset.
    return { requests, distinct: seen.size, cpuMs: (user + system) / 1000 };
  },
  /** From `timedContent()` to the arrival, in ms. */
  latencies: async () => latenciesMs,
  end: async () => undefined,
};

export type ReceiverAnswers = typeof answers;
export type ReceiverCounts = Awaited<ReturnType<ReceiverAnswers['counts']>>;

answerParent(answers);
