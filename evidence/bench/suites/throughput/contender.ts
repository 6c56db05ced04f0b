/** What a contender is given: the same for all of them. */
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
  /** Removes what it made. */
  close(): Promise<void>;
}

export type OpenContender = (setup: ContenderSetup) => Promise<Contender>;
