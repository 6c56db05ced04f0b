import type { IncomingMessage } from 'node:http';
import type { ReceivedRequest } from '../harness/webhook-sender-harness.ts';

/** Reads a request to its end; null when the sender went away in the middle of it. */
export async function recordRequest(request: IncomingMessage): Promise<ReceivedRequest | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    return null;
  }
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: Object.fromEntries(
      Object.entries(request.headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')]),
    ),
    body: Buffer.concat(chunks).toString('utf8'),
  };
}
