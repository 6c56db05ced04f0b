import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import { MongoClient } from 'mongodb';
import { mongoUri } from '../services/service-addresses.ts';
import type { Job, OpenContender } from '../suites/throughput/contender.ts';
import { boundedLoop } from '../suites/throughput/jobs.ts';
import { Countdown } from './countdown.ts';
import { agentOf, postJob } from './post-job.ts';

const ADDED_AT_ONCE = 16;

/** As many jobs at a time, and as many locked, as requests may be under way. It stores and fetches its jobs one by one. */
export const agenda: OpenContender = async ({ receiverUrl, concurrency, runId }) => {
  const agent = agentOf(concurrency);
  const client = await MongoClient.connect(mongoUri());
  const db = client.db(`bench-${runId}`);
  const open = (): Agenda => {
    const opened = new Agenda({
      backend: new MongoBackend({ mongo: db }),
      processEvery: 100,
      maxConcurrency: concurrency,
      defaultConcurrency: concurrency,
      defaultLockLimit: 2 * concurrency,
      removeOnComplete: true,
    });
    // biome-ignore lint/nursery/noMisusedPromises: it takes a function with a promise as well as one with a callback
    opened.define<Job>('message', async (job) => void (await postJob(receiverUrl, agent, job.attrs.data)));
    return opened;
  };
  const enqueuing = open();
  await enqueuing.ready;
  return {
    enqueue: (jobs) => boundedLoop(jobs, ADDED_AT_ONCE, (job) => enqueuing.now('message', { ...job })),
    deliver: async (count) => {
      const completed = new Countdown();
      const done = completed.until(count);
      const working = open();
      working.on('complete', completed.count);
      await working.start();
      await done;
      await working.stop();
    },
    close: async () => {
      await db.dropDatabase();
      await client.close();
      await agent.close();
    },
  };
};
