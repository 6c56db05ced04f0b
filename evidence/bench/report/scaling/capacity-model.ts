/** Processor time that one message costs, in µs, as measured. */
export interface MessageCost {
  /** Of the dispatcher's event loop, of which a process has one. */
  readonly loop: number;
  /** Of the dispatcher's whole process. */
  readonly process: number;
  /** Of the databases. */
  readonly servers: number;
}

/** The needs of a load. */
export interface Capacity {
  readonly perSecond: number;
  readonly processes: number;
  readonly dispatcherCores: number;
  readonly serverCores: number;
  /** Partitions, each with a database server of `SERVER_CORES` cores of its own. */
  readonly partitions: number;
  /** Requests under way at any moment: Little's law. */
  readonly requestsUnderWay: number;
  /** Durable commits a second, of all processes: settles and claims. */
  readonly commits: number;
  readonly redisCommands: number;
  /** Of requests and answers, in both directions. */
  readonly megabitsPerSecond: number;
}

/** How busy anything is meant to be: beyond it queues grow faster than the load. */
export const UTILISATION = 0.7;
/** How long a receiver takes to answer. */
export const ANSWER_MS = 100;
export const BATCH_SIZE = 500;
export const CONCURRENCY = 256;
/** Of the server of one partition. */
export const SERVER_CORES = 16;
/** A request with a signature and an answer, headers and all, and what TCP and IP add. */
export const BYTES_ON_THE_WIRE = 1_100;
/** Results are stored when half of the places have one, or after so long at the least. */
const GATHER_MS = 5;

/** Messages a second of one process whose event loop is as busy as it is meant to be. */
export function perProcess({ loop }: MessageCost): number {
  return (UTILISATION * 1e6) / loop;
}

export function capacityFor(perSecond: number, cost: MessageCost): Capacity {
  const processes = Math.ceil(perSecond / perProcess(cost));
  const serverCores = (perSecond * cost.servers) / 1e6 / UTILISATION;
  return {
    perSecond,
    processes,
    dispatcherCores: (perSecond * cost.process) / 1e6 / UTILISATION,
    serverCores,
    partitions: Math.max(1, Math.ceil(serverCores / SERVER_CORES)),
    requestsUnderWay: (perSecond * ANSWER_MS) / 1000,
    commits: processes * commitsOf(perSecond / processes),
    redisCommands: perSecond,
    megabitsPerSecond: (perSecond * BYTES_ON_THE_WIRE * 8) / 1e6,
  };
}

/** Settles are gathered by number or by time, whichever is first; with them go the claims. */
function commitsOf(perSecond: number): number {
  const byNumber = perSecond / (CONCURRENCY / 2);
  const byTime = Math.min(1000 / GATHER_MS, perSecond);
  return Math.max(byNumber, byTime) + perSecond / BATCH_SIZE;
}
