import type { ContenderName } from './contenders.ts';

/**
 * Messages that a dispatcher (`concurrency`) or a worker of a peer has in hand for each connection to the receiver: the requests of some keep all connections
 * busy while the results of others are stored, many at a time. As many as these may be sent again after a crash.
 */
export const PLACES_PER_CONNECTION = 4;

export interface ContenderOrder {
  readonly name: ContenderName;
  readonly setup: ContenderSetup;
  /** Delivered before the clock runs, so that the code is compiled and the connections are open. */
  readonly warmUp: number;
  readonly messages: number;
  /** False where they are there already. */
  readonly enqueues?: boolean;
  /** Where a CPU profile of the measured part is to be written; null for none. */
  readonly profile: string | null;
}

export interface ContenderFigures {
  readonly elapsedMs: number;
  /** User and system time of the contender's process meanwhile. */
  readonly cpuMs: number;
  /** The part of it that its event loop used; the rest are the runtime's other threads. */
  readonly loopCpuMs: number;
  /** The use of all processes of the machine meanwhile. */
  readonly machineCpuMs: number;
  readonly residentBytes: number;
}

/** The input of a contender: the same for all of them. */
export interface ContenderSetup {
  readonly receiverUrl: string;
  /** How many requests may be under way at the same time. */
  readonly concurrency: number;
  /** A name that nobody else has, for files, databases, queues. */
  readonly runId: string;
  readonly directory: string;
  /** Whether what the store holds stays when it is closed. */
  readonly keeps?: boolean;
}

export interface Job {
  readonly id: string;
  readonly phoneNumber: string;
  readonly content: string;
}

/** Something that delivers messages. Opened in a process of its own, used once. */
export interface Contender {
  /** Stores the jobs, so that `deliver` finds them due. */
  enqueue(jobs: readonly Job[]): Promise<void>;
  /** Delivers so many of what was stored, and resolves when the result of each is stored too. */
  deliver(count: number): Promise<void>;
  /** Delivers what comes, woken as it is in its best way; resolves with how to end that. Absent where nothing is kept. */
  start?(): Promise<() => Promise<unknown>>;
  /** Removes what it made. */
  close(): Promise<void>;
}

export type OpenContender = (setup: ContenderSetup) => Promise<Contender>;
