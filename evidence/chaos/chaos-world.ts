import type { ServerProcess } from '../support/server-process.ts';
import type { StoredStates } from '../support/stores.ts';
import type { ChaosReceiver } from './chaos-receiver.ts';
import type { ScheduleRandom } from './schedule-random.ts';
import type { StoreCommands } from './store-commands.ts';
import type { TcpProxy } from './tcp-proxy.ts';

export type StoreName = 'sqlite' | 'mongo';

/** What a fault can get hold of. */
export interface ChaosWorld {
  readonly store: StoreName;
  readonly random: ScheduleRandom;
  readonly receiver: ChaosReceiver;
  readonly dispatchers: readonly DispatcherSlot[];
  readonly leaseMs: number;
  readonly mongoProxy: TcpProxy | null;
  readonly redisProxy: TcpProxy | null;
  readonly commands: StoreCommands | null;
  /** The folder of the SQLite file, on a small file system of its own where the scenario asked for one. */
  readonly folder: string;
  /** Where the dispatchers write their log, likewise. */
  readonly logFolder: string;
  storedStates(): Promise<StoredStates>;
  /** Those of which an attempt is on record that nobody knows the outcome of. */
  ambiguousIds(): Promise<ReadonlySet<string>>;
}

/** A place for a server process that may be killed and started again. */
export interface DispatcherSlot {
  readonly process: ServerProcess;
  restart(): Promise<void>;
}
