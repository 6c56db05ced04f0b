import { AskedChild } from '../../processes/asked-child.ts';
import type { Receiver } from '../../receiver/receiver.ts';
import type { ReceiverCounts } from '../../receiver/receiver-main.ts';
import { checkoutOf } from './checkout.ts';
import type { ContenderFigures, ContenderOrder } from './contender.ts';
import type { ContenderAnswers } from './contender-main.ts';
import { CONTENDERS, type ContenderEntry, type ContenderName } from './contenders.ts';
import type { ThroughputRun } from './show-throughput.ts';

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

export interface ContenderRun {
  readonly figures: ContenderFigures;
  readonly received: ReceiverCounts;
}

const HERE = new URL('contender-main.ts', import.meta.url);

/**
 * One run of one contender in a fresh process.
 * @param checkout whose sources it runs; null for this one's
 * @throws when its process ends before it is done
 */
export async function runContender(
  receiver: Receiver,
  order: ContenderOrder,
  checkout: string | null = null,
): Promise<ContenderRun> {
  const file = checkout === null ? HERE : checkoutOf(checkout).processUrl;
  const child = new AskedChild<ContenderAnswers>(file, order.name);
  try {
    await child.ask('order', { order });
    await receiver.reset();
    const { figures } = await child.ask('go');
    const received = await receiver.counts();
    await child.end('close');
    return { figures, received };
  } finally {
    child.signal('SIGKILL');
  }
}
