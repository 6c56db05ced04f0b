import { createHmac, type KeyObject } from 'node:crypto';
import { Agent, request } from 'undici';
import type { Job } from '../suites/throughput/contender.ts';

export const API_KEY = 'benchmark-key';
export const SIGNING_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** The pool of connections that the bare client and every peer post through. */
export function agentOf(concurrency: number): Agent {
  return new Agent({ connections: concurrency, pipelining: 1 });
}

export interface JobRequest {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** The request for a job, signed where there is a key. */
export function requestOf(job: Job, signingKey: KeyObject | null = null): JobRequest {
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
  return { headers, body };
}

/** The job of a queue: one `undici.request`, the answer's `messageId` read. Throws for any answer but 2xx, so that the queue retries. */
export async function postJob(
  url: string,
  agent: Agent,
  job: Job,
  signingKey: KeyObject | null = null,
): Promise<string> {
  const answer = await request(url, { method: 'POST', ...requestOf(job, signingKey), dispatcher: agent });
  const text = await answer.body.text();
  if (answer.statusCode < 200 || answer.statusCode > 299) throw new Error(`answered ${answer.statusCode}`);
  // The receiver of the benchmark answers nothing else.
  return (JSON.parse(text) as { readonly messageId: string }).messageId;
}
