import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Contender, ContenderSetup, Job, OpenContender } from '../suites/throughput/contender.ts';
import { boundedLoop } from '../suites/throughput/jobs.ts';
import { agentOf, postJob, requestOf, SIGNING_SECRET } from './post-job.ts';

/** A loop around one way of posting: no store, no queue, nothing kept. */
export function bareLoop(
  concurrency: number,
  post: (job: Job) => Promise<unknown>,
  close: () => Promise<void>,
): Contender {
  let waiting: Job[] = [];
  return {
    enqueue: async (jobs) => {
      waiting.push(...jobs);
    },
    deliver: async (count) => {
      const jobs = waiting.slice(0, count);
      waiting = waiting.slice(count);
      await boundedLoop(jobs, concurrency, post);
    },
    close,
  };
}

function overUndici(setup: ContenderSetup, key: KeyObject | null): Contender {
  const agent = agentOf(setup.concurrency);
  return bareLoop(
    setup.concurrency,
    (job) => postJob(setup.receiverUrl, agent, job, key),
    () => agent.close(),
  );
}

export const bareUndici: OpenContender = async (setup) => overUndici(setup, null);

export const bareUndiciSigned: OpenContender = async (setup) => {
  const key = createSecretKey(Buffer.from(SIGNING_SECRET.slice('whsec_'.length), 'base64'));
  return overUndici(setup, key);
};

/** The runtime's own `fetch`. */
export const bareFetch: OpenContender = async ({ receiverUrl, concurrency }) =>
  bareLoop(
    concurrency,
    async (job) => {
      const answer = await fetch(receiverUrl, { method: 'POST', ...requestOf(job) });
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      await answer.json();
    },
    async () => undefined,
  );
