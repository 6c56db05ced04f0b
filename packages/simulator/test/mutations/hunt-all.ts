import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { storeModule } from '../cli/store-modules.ts';
import type { Catch, Hunt } from './hunt.ts';

export interface HuntOptions {
  readonly starts: readonly number[];
  readonly mostWorlds: number;
  /** How long one mutation may take: one that makes a world spin for ever is found by that. */
  readonly mostMs?: number;
}

/** Hunts each mutation in a thread of its own, as many at a time as there are processors. */
export async function huntAll(
  mutations: readonly Hunt['mutation'][],
  { starts, mostWorlds, mostMs = 60_000 }: HuntOptions,
): Promise<readonly Catch[]> {
  const catches: Catch[] = [];
  const queue = mutations.entries();
  const next = async (): Promise<void> => {
    for (const [index, mutation] of queue) {
      const module = storeModule(mutation.store ?? 'memory');
      catches[index] = await huntOne({ mutation, starts, mostWorlds, storeModule: module }, mostMs);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, next));
  return catches;
}

function huntOne(hunt: Hunt, mostMs: number): Promise<Catch> {
  const { mutation } = hunt;
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./hunt-worker.ts', import.meta.url), {
      workerData: hunt,
      execArgv: ['--conditions=@messaging-system/source'],
    });
    const end = (result: Catch): void => {
      clearTimeout(timer);
      void worker.terminate();
      resolve(result);
    };
    const fail = (problem: string): void => end({ mutation, worlds: [], rules: [], problem });
    const timer = setTimeout(() => fail(`not done after ${mostMs} ms`), mostMs);
    worker.once('message', end);
    worker.once('error', (error) => fail(String(error)));
  });
}
