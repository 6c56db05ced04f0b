import { Worker } from 'node:worker_threads';
import {
  addStatistics,
  noStatistics,
  type PlanOptions,
  type SimulatedFailure,
  type SimulationReport,
} from '../../src/index.ts';
import type { SeedRange } from './simulation-worker.ts';

const RANGE = 100;

export interface ManyWorlds extends SeedRange {
  readonly workers: number;
  readonly plan: PlanOptions;
  readonly module: string | null;
  readonly onProgress?: (worlds: number) => void;
}

/** The same as `simulate`, on several processors. It ends with the first failure that any of them finds. */
export async function simulateInWorkers(options: ManyWorlds): Promise<SimulationReport> {
  const total = {
    worlds: 0,
    faults: {},
    actions: {},
    statistics: noStatistics(),
    failures: [] as SimulatedFailure[],
  };
  const ranges = rangesOf(options);
  const next = async (): Promise<void> => {
    const worker = new Worker(new URL('./simulation-worker.ts', import.meta.url), {
      workerData: { plan: options.plan, module: options.module },
      execArgv: ['--conditions=@messaging-system/source'],
    });
    for (const range of ranges) {
      if (total.failures.length > 0) break;
      const report = await ask(worker, range);
      total.worlds += report.worlds;
      add(total.faults, report.faults);
      add(total.actions, report.actions);
      addStatistics(total.statistics, report.statistics);
      total.failures.push(...report.failures);
      options.onProgress?.(total.worlds);
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: options.workers }, next));
  return total;
}

function* rangesOf({ firstSeed, worlds }: SeedRange): Generator<SeedRange> {
  for (let from = 0; from < worlds; from += RANGE)
    yield { firstSeed: firstSeed + from, worlds: Math.min(RANGE, worlds - from) };
}

function ask(worker: Worker, range: SeedRange): Promise<SimulationReport> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
    };
    const onMessage = (report: SimulationReport): void => {
      end();
      resolve(report);
    };
    const onError = (error: unknown): void => {
      end();
      reject(error);
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.postMessage(range);
  });
}

function add(total: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [kind, count] of Object.entries(counts)) total[kind] = (total[kind] ?? 0) + count;
}
