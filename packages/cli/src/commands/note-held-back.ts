import type { ProcessorJson } from '@messaging-system/http-hono';
import { CommandError } from '../command-error.ts';
import type { MessagingApi } from '../connection/messaging-api.ts';
import { shownInstant } from '../output/message-text.ts';
import type { Output } from '../output/output.ts';

type Standing = Partial<Pick<ProcessorJson, 'deliveryStop' | 'state' | 'breaker' | 'pausedUntil'>>;

/** Why nothing is delivered at the moment, and what ends that; null where deliveries go on. */
export function heldBack({ deliveryStop, state, breaker, pausedUntil }: Standing): string | null {
  if (deliveryStop !== undefined) {
    return 'Nothing is delivered yet: delivery is stopped for all servers. "start --all" ends that.';
  }
  if (state !== undefined && state !== 'running') {
    return `Not delivered by this server: its processor is ${state}. "start" starts it.`;
  }
  if (breaker?.state === 'open') {
    const until = breaker.until === null ? '' : ` until ${shownInstant(breaker.until)}`;
    return `This server delivers nothing yet: its breaker is open${until} (${breaker.reason}). When the receiver answers again, "start" tries one message at once.`;
  }
  if (typeof pausedUntil === 'string') {
    return `This server delivers nothing until ${shownInstant(pausedUntil)}: the receiver asked for a pause. "start" ends the pause.`;
  }
  return null;
}

/** Right after a start. Its processor may take a moment to start, so that only what outlasts a start counts. */
function heldBackAfterStart({ deliveryStop, breaker }: Standing): string | null {
  if (deliveryStop !== undefined) return heldBack({ deliveryStop });
  if (breaker === undefined || breaker.state === 'closed') return null;
  return `The breaker of this server is open (${breaker.reason}), so one message is tried first. Delivery goes on when it gets through.`;
}

/**
 * Says what holds back deliveries, where something does, and nothing where that cannot be learned. Without a server only a stop for all counts.
 */
export async function noteHeldBack(
  api: MessagingApi,
  output: Output,
  { afterStart = false }: { readonly afterStart?: boolean } = {},
): Promise<void> {
  if (output.isJson) return;
  const processor = await processorOf(api);
  if (processor === null) return;
  const { deliveryStop } = processor;
  const stop = deliveryStop === undefined ? {} : { deliveryStop };
  const why = afterStart ? heldBackAfterStart(processor) : heldBack(api.isDirect ? stop : processor);
  if (why !== null) output.note(why);
}

async function processorOf(api: MessagingApi): Promise<ProcessorJson | null> {
  try {
    const answer = await api.ask<ProcessorJson>('GET', '/processor');
    // A key that may operate and not read is enough.
    return answer.isOk ? answer.body : null;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // The command has done its work: that nobody can say more must not look like a failure.
    return null;
  }
}
