import { parentPort, workerData } from 'node:worker_threads';
import { type PlanOptions, simulate } from '../../src/index.ts';
import { importStore } from './store-modules.ts';

export interface SeedRange {
  readonly firstSeed: number;
  readonly worlds: number;
}

const { plan, module }: { readonly plan: PlanOptions; readonly module: string | null } = workerData;
const store = await importStore(module);

parentPort?.on('message', async (range: SeedRange) => {
  const { worlds, faults, actions, statistics, failures } = await simulate({ ...plan, ...store, ...range });
  parentPort?.postMessage({ worlds, faults, actions, statistics, failures });
});
