import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Receiver } from '../../receiver/receiver.ts';
import type { ReceiverCounts } from '../../receiver/receiver-protocol.ts';
import { checkoutOf } from './checkout.ts';
import type {
  ContenderCommand,
  ContenderFigures,
  ContenderOrder,
  ContenderReply,
} from './contender-protocol.ts';

export interface ContenderRun {
  readonly figures: ContenderFigures;
  readonly received: ReceiverCounts;
}

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
  const child = fork(
    checkout === null ? new URL('contender-main.ts', import.meta.url) : checkoutOf(checkout).processUrl,
  );
  try {
    const ready = replyOf(child, order.name);
    tell(child, { kind: 'order', order });
    await ready;
    await receiver.reset();
    const done = replyOf(child, order.name);
    tell(child, { kind: 'go' });
    const reply = await done;
    const received = await receiver.counts();
    if (reply.kind !== 'done') throw new Error(`${order.name} answered ${reply.kind}`);
    const exited = once(child, 'exit');
    tell(child, { kind: 'close' });
    await exited;
    return { figures: reply.figures, received };
  } finally {
    child.kill('SIGKILL');
  }
}

function tell(child: ChildProcess, command: ContenderCommand): void {
  child.send(command);
}

async function replyOf(child: ChildProcess, name: string): Promise<ContenderReply> {
  const ended = new AbortController();
  const exit = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`the process of ${name} ended with ${code}`);
  });
  const reply = once(child, 'message', { signal: ended.signal });
  try {
    // Only `contender-main.ts` speaks over this channel.
    const [answer] = (await Promise.race([reply, exit])) as [ContenderReply];
    return answer;
  } finally {
    ended.abort();
    await Promise.allSettled([exit, reply]);
  }
}
