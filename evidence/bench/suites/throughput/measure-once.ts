import type { Receiver } from '../../receiver/receiver.ts';
import { CONTENDERS, type ContenderEntry, type ContenderName } from './contenders.ts';
import { runContender } from './run-contender.ts';
import type { ThroughputRun } from './throughput-result.ts';

/** Requests that are under way at the same time, for every contender. */
export const CONCURRENCY = 64;

const WARM_UP_SHARE = 0.15;
const FEWEST_WARM_UP = 200;

export interface MeasuredRun {
  readonly name: ContenderName;
  readonly round: number;
  /** Of those that the others deliver; a slow contender delivers its share. */
  readonly messages: number;
  /** A name that no other run has. */
  readonly runId: string;
  readonly directory: string;
  /** Whose sources it runs: this checkout's (null), or another's. */
  readonly checkout: string | null;
}

/** One run of one contender, in a process of its own, as all are measured. */
export async function measureOnce(receiver: Receiver, run: MeasuredRun): Promise<ThroughputRun> {
  const { name, round, runId, directory, checkout } = run;
  const entry: ContenderEntry = CONTENDERS[name];
  const messages = Math.round(run.messages * entry.share);
  const { figures, received } = await runContender(
    receiver,
    {
      name,
      setup: { receiverUrl: receiver.url, concurrency: CONCURRENCY, runId, directory },
      warmUp: Math.max(FEWEST_WARM_UP, Math.round(messages * WARM_UP_SHARE)),
      messages,
      profile: null,
    },
    checkout,
  );
  const { cpuMs: receiverCpuMs, requests, distinct } = received;
  return { round, messages, ...figures, receiverCpuMs, requests, distinct };
}
