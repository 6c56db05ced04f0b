import { createHmac, type KeyObject } from 'node:crypto';
import { Agent, request } from 'undici';
import type { Job } from '../suites/throughput/contender.ts';

export const API_KEY = 'benchmark-key';
export const SIGNING_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** The pool of connections that the bare client and every peer post through. */
export function agentOf(concurrency: number): Agent {
  return new Agent({ connections: concurrency, pipelining: 1 });
}

/** What a job of a queue does: one `undici.request`, the answer's `messageId` read. Throws for what is no 2xx, so that the queue retries. */
export async function postJob(
  url: string,
  agent: Agent,
  job: Job,
  signingKey: KeyObject | null = null,
): Promise<string> {
  const body = JSON.stringify({ to: job.phoneNumber, content: job.content });
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-ins-auth-key': API_KEY,
    'webhook-id': job.id,
  };
  if (signingKey !== null) {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const mac = createHmac('sha256', signingKey).update(`${job.id}.${timestamp}.${body}`).digest('base64');
    headers['webhook-timestamp'] = timestamp;
    headers['webhook-signature'] = `v1,${mac}`;
  }
  const answer = await request(url, { method: 'POST', headers, body, dispatcher: agent });
  const text = await answer.body.text();
  if (answer.statusCode < 200 || answer.statusCode > 299) throw new Error(`answered ${answer.statusCode}`);
  return messageIdOf(text);
}

function messageIdOf(text: string): string {
  // The receiver of the benchmark answers nothing else.
  const { messageId } = JSON.parse(text) as { readonly messageId: string };
  return messageId;
}
