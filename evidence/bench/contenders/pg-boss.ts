import { PgBoss } from 'pg-boss';
import { onFreshDatabase } from '../services/postgres-database.ts';
import type { Job, OpenContender } from '../suites/throughput/contender.ts';
import { Countdown } from './countdown.ts';
import { agentOf, postJob } from './post-job.ts';

const ADDED_AT_ONCE = 1000;
const QUEUE = 'messages';
// Together more than the connections can carry, so that none is idle while a batch is fetched or completed.
const WORKERS = 4;

/** Batches whose jobs settle one by one, fetched without a pause as long as they come full. */
export const pgBoss: OpenContender = async ({ receiverUrl, concurrency, runId }) => {
  const agent = agentOf(concurrency);
  const database = await onFreshDatabase(runId);
  const boss = new PgBoss({ connectionString: database.url, max: 10 });
  await boss.start();
  await boss.createQueue(QUEUE);
  const completed = new Countdown();
  return {
    enqueue: async (jobs) => {
      for (let start = 0; start < jobs.length; start += ADDED_AT_ONCE) {
        await boss.insert(
          QUEUE,
          jobs.slice(start, start + ADDED_AT_ONCE).map((job) => ({ data: { ...job } })),
        );
      }
    },
    deliver: async (count) => {
      const done = completed.until(count);
      await boss.work<Job>(
        QUEUE,
        {
          batchSize: 2 * concurrency,
          localConcurrency: WORKERS,
          pollingIntervalSeconds: 0.5,
          burstWhenBatchFull: true,
          perJobResults: true,
        },
        (jobs) =>
          Promise.all(
            jobs.map(async ({ id, data }) => {
              await postJob(receiverUrl, agent, data);
              completed.count();
              return { id, status: 'completed' as const };
            }),
          ),
      );
      await done;
      // Waits until the last batches are stored.
      await boss.offWork(QUEUE, { wait: true });
    },
    close: async () => {
      await boss.stop();
      await database.drop();
      await agent.close();
    },
  };
};
