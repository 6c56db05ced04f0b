import { Child } from '../../processes/child.ts';
import type { Receiver } from '../../receiver/receiver.ts';
import type { ReceiverCounts } from '../../receiver/receiver-protocol.ts';
import { checkoutOf } from './checkout.ts';
import type {
  ContenderCommand,
  ContenderDone,
  ContenderFigures,
  ContenderOrder,
} from './contender-protocol.ts';

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
  const child = new Child(checkout === null ? HERE : checkoutOf(checkout).processUrl, order.name);
  try {
    await child.ask({ kind: 'order', order } satisfies ContenderCommand);
    await receiver.reset();
    const { figures } = await child.ask<ContenderDone>({ kind: 'go' } satisfies ContenderCommand);
    const received = await receiver.counts();
    await child.end({ kind: 'close' } satisfies ContenderCommand);
    return { figures, received };
  } finally {
    child.kill();
  }
}
