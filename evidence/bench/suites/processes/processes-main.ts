import { Dispatcher, type MessagingEvent } from '@messaging-system/core';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
import { type ClosableSender, openSender, SEND_TIMEOUT_MS } from '../../contenders/senders.ts';
import { type OpenStore, openStore } from '../../contenders/stores.ts';
import { answerParent } from '../../processes/answer-parent.ts';
import { now } from '../../receiver/enqueued-at.ts';
import type { ClaimReport, ProcessesCommand, ProcessReport } from './processes-protocol.ts';

/** One of several dispatchers on a store. */
interface World {
  readonly store: OpenStore;
  readonly sender: ClosableSender;
  readonly dispatcher: Dispatcher;
}

let claims: ClaimReport[] = [];
let settled = 0;
let world: World | null = null;

function observe(event: MessagingEvent): void {
  if (event.type === 'batch.claimed') {
    const endedAtMs = now();
    claims.push({ begunAtMs: endedAtMs - event.durationMs, endedAtMs, count: event.count });
  }
  if (event.type === 'batch.settled') settled += event.count;
}

async function open(command: Extract<ProcessesCommand, { kind: 'open' }>): Promise<string> {
  const store = await openStore(command.store, { ...command, keeps: true });
  const sender = openSender('undici', command);
  const dispatcher = new Dispatcher(
    { ...store, sender, clock: new SystemClock(), random: new SystemRandom(), observer: { observe } },
    {
      batchSize: 500,
      concurrency: 2 * command.concurrency,
      drain: true,
      intervalMs: 100,
      sendTimeoutMs: SEND_TIMEOUT_MS,
    },
  );
  world = { store, sender, dispatcher };
  return 'open';
}

function start({ dispatcher }: World): string {
  claims = [];
  settled = 0;
  dispatcher.start();
  return 'started';
}

async function stop({ dispatcher }: World): Promise<ProcessReport> {
  dispatcher.stop();
  await dispatcher.whenStopped();
  return { claims, settled };
}

answerParent<ProcessesCommand>(async (command) => {
  if (command.kind === 'open') return open(command);
  if (world === null) throw new Error('asked for work before it was opened');
  if (command.kind === 'start') return start(world);
  if (command.kind === 'stop') return stop(world);
  await world.sender.close();
  await world.store.close();
  return process.exit(0);
});
