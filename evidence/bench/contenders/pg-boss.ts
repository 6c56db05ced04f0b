import { PgBoss } from 'pg-boss';
import { databaseNamed } from '../services/service-addresses.ts';
import type { Job, OpenContender } from '../suites/throughput/contender.ts';
import { Countdown, chunksOf } from './countdown.ts';
import { agentOf, postJob } from './post-job.ts';

const QUEUE = 'messages';
// Together more than the connections can carry, so that none is idle while a batch is fetched or completed.
const WORKERS = 4;

/** Batches whose jobs settle one by one, fetched without a pause as long as they come full. */
export const pgBoss: OpenContender = async ({ receiverUrl, concurrency, runId }) => {
  const agent = agentOf(concurrency);
  const database = await databaseNamed(runId);
  const boss = new PgBoss({ connectionString: database.url, max: 10 });
  await boss.start();
  await boss.createQueue(QUEUE);
  const completed = new Countdown();
  const start = async (): Promise<() => Promise<unknown>> => {
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
    // Waits until the last batches are stored.
    return () => boss.offWork(QUEUE, { wait: true });
  };
  return {
    enqueue: async (jobs) => {
      for (const some of chunksOf(jobs)) {
        await boss.insert(
          QUEUE,
          some.map((job) => ({ data: { ...job } })),
        );
      }
    },
    start,
    deliver: (count) => completed.during(count, start),
    close: async () => {
      await boss.stop();
      await database.drop();
      await agent.close();
    },
  };
};
