import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { redisUrl } from '../services/service-addresses.ts';
import type { Job, OpenContender } from '../suites/throughput/contender.ts';
import { Countdown, chunksOf } from './countdown.ts';
import { agentOf, postJob } from './post-job.ts';

/** One worker, `concurrency` jobs at a time, jobs added in bulk and removed when they are done, as its guide has it for throughput. */
export const bullmq: OpenContender = async ({ receiverUrl, concurrency, runId }) => {
  const agent = agentOf(concurrency);
  // The option that BullMQ asks of a worker's connection.
  const connection = new Redis(redisUrl(), { maxRetriesPerRequest: null });
  const queue = new Queue<Job>(runId, { connection, defaultJobOptions: { removeOnComplete: true } });
  const completed = new Countdown();
  const start = async (): Promise<() => Promise<void>> => {
    const worker = new Worker<Job>(queue.name, ({ data }) => postJob(receiverUrl, agent, data), {
      connection,
      concurrency,
    });
    worker.on('completed', completed.count);
    return () => worker.close();
  };
  return {
    enqueue: async (jobs) => {
      for (const some of chunksOf(jobs)) {
        await queue.addBulk(some.map((job) => ({ name: 'message', data: job })));
      }
    },
    start,
    deliver: (count) => completed.during(count, start),
    close: async () => {
      await queue.obliterate({ force: true });
      await queue.close();
      await connection.quit();
      await agent.close();
    },
  };
};
