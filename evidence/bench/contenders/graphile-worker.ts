import { EventEmitter } from 'node:events';
import {
  Logger,
  makeWorkerUtils,
  type RunnerOptions,
  run,
  runMigrations,
  type WorkerEvents,
} from 'graphile-worker';
import { Pool } from 'pg';
import { databaseNamed } from '../services/service-addresses.ts';
import { type Job, type OpenContender, PLACES_PER_CONNECTION } from '../suites/throughput/contender.ts';
import { Countdown, chunksOf } from './countdown.ts';
import { agentOf, postJob } from './post-job.ts';

const SILENT = new Logger(() => () => undefined);

/**
 * `batching` is what its page on performance measures with: a local queue of 500, completions in batches. `delayed` is what we have found to be faster still here:
 * completions wait 10 ms for others.
 */
type Settings = 'default' | 'batching' | 'delayed';

type WorkerOptions = NonNullable<NonNullable<RunnerOptions['preset']>['worker']>;

function settingsOf(settings: Settings, concurrency: number): WorkerOptions {
  if (settings === 'default') return { concurrentJobs: concurrency };
  const [size, delayMs] = settings === 'batching' ? [500, 0] : [1000, 10];
  return {
    concurrentJobs: concurrency * PLACES_PER_CONNECTION,
    localQueue: { size },
    completeJobBatchDelay: delayMs,
    failJobBatchDelay: delayMs,
  };
}

export function graphileWorker(settings: Settings): OpenContender {
  return async ({ receiverUrl, concurrency, runId }) => {
    const agent = agentOf(concurrency);
    const database = await databaseNamed(runId);
    const pgPool = new Pool({ connectionString: database.url, max: concurrency + 2 });
    // It asks for both. They report the end of the idle ones, when the database is dropped.
    pgPool.on('error', () => undefined);
    pgPool.on('connect', (client) => client.on('error', () => undefined));
    await runMigrations({ pgPool, logger: SILENT });
    const utils = await makeWorkerUtils({ pgPool, logger: SILENT });
    const completed = new Countdown();
    const start = async (): Promise<() => Promise<void>> => {
      const events: WorkerEvents = new EventEmitter();
      events.on('job:complete', completed.count);
      const runner = await run({
        pgPool,
        preset: { worker: settingsOf(settings, concurrency) },
        logger: SILENT,
        noHandleSignals: true,
        events,
        // The jobs that `enqueue` has put there.
        taskList: { message: async (payload) => void (await postJob(receiverUrl, agent, payload as Job)) },
      });
      // Ends after what is still to be stored has been stored.
      return () => runner.stop();
    };
    return {
      enqueue: async (jobs) => {
        for (const some of chunksOf(jobs)) {
          await utils.addJobs(some.map((payload) => ({ identifier: 'message', payload: { ...payload } })));
        }
      },
      start,
      deliver: (count) => completed.during(count, start),
      close: async () => {
        await utils.release();
        await pgPool.end();
        await database.drop();
        await agent.close();
      },
    };
  };
}
