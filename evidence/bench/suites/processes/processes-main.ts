import type { Dispatcher, MessagingEvent } from '@messaging-system/core';
import { openDispatcher, stopped } from '../../contenders/own.ts';
import { type ClosableSender, openSender } from '../../contenders/senders.ts';
import type { StoreName } from '../../contenders/store-facts.ts';
import { type OpenStore, openStore } from '../../contenders/stores.ts';
import { answerParent, Opened } from '../../processes/answer-parent.ts';
import { now } from '../../receiver/enqueued-at.ts';
import type { ContenderSetup } from '../throughput/contender.ts';

/** One claim. */
interface ClaimReport {
  /** By the machine's monotonic clock. */
  readonly begunAtMs: number;
  readonly endedAtMs: number;
  readonly count: number;
}

export interface ProcessReport {
  readonly claims: readonly ClaimReport[];
  readonly settled: number;
}

/** One of several dispatchers on a store. */
interface World {
  readonly store: OpenStore;
  readonly sender: ClosableSender;
  readonly dispatcher: Dispatcher;
}

let claims: ClaimReport[] = [];
let settled = 0;
const opened = new Opened<World>();

function observe(event: MessagingEvent): void {
  if (event.type === 'batch.claimed') {
    const endedAtMs = now();
    claims.push({ begunAtMs: endedAtMs - event.durationMs, endedAtMs, count: event.count });
  }
  if (event.type === 'batch.settled') settled += event.count;
}

async function open(command: ContenderSetup & { readonly store: StoreName }): Promise<void> {
  const store = await openStore(command.store, { ...command, keeps: true });
  const sender = openSender('undici', command);
  const dispatcher = openDispatcher(
    { ...store, sender, observer: { observe } },
    { concurrency: 2 * command.concurrency, intervalMs: 100 },
  );
  opened.world = { store, sender, dispatcher };
}

/** Forgets what it counted before. */
async function start(): Promise<void> {
  claims = [];
  settled = 0;
  opened.world.dispatcher.start();
}

/** Answers when everything that it had claimed is settled or given back. */
async function stop(): Promise<ProcessReport> {
  await stopped(opened.world.dispatcher);
  return { claims, settled };
}

async function end(): Promise<void> {
  await opened.world.sender.close();
  await opened.world.store.close();
}

const answers = { open, start, stop, end };

export type ProcessesAnswers = typeof answers;

answerParent(answers);
