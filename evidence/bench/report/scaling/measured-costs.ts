import { spreadOf } from '../../../support/statistics.ts';
import type { EnqueueResult } from '../../suites/enqueue/show-enqueue.ts';
import {
  type ContenderResult,
  serverMicros,
  type ThroughputResult,
} from '../../suites/throughput/show-throughput.ts';
import type { MessageCost } from './capacity-model.ts';

/** Null where it was not measured. */
export function costOf({ contenders }: ThroughputResult, name: string): MessageCost | null {
  const found = contenders.find((one) => one.name === name && one.group !== 'before');
  const bare = contenders.find((one) => one.name === 'bare-undici');
  if (found === undefined || bare === undefined || found.runs.length === 0) return null;
  const median = (
    contender: ContenderResult,
    value: (run: ContenderResult['runs'][number]) => number,
  ): number => spreadOf(contender.runs.map(value)).median;
  return {
    loop: median(found, (run) => (run.loopCpuMs / run.messages) * 1000),
    process: median(found, (run) => (run.cpuMs / run.messages) * 1000),
    // The rest beyond the bare client is the system's own work for the connections, not a database's.
    servers: Math.max(0, median(found, serverMicros) - median(bare, serverMicros)),
  };
}

/** The best that was seen of enqueueing, messages a second; null where it was not measured. */
export function enqueuesPerSecond({ figures }: EnqueueResult, store: string, over: string): number | null {
  const rates = figures
    .filter((one) => one.store === store && one.over === over)
    .map((one) => one.perSecond.median);
  return rates.length === 0 ? null : Math.max(...rates);
}
