import type { Environment, ServerProcess } from '../../support/server-process.ts';
import type { Service, StoreName } from '../../support/service.ts';
import type { TestStore } from '../../support/stores.ts';
import type { ChaosReceiver } from '../chaos-receiver.ts';
import type { StoreCommands } from '../store-commands.ts';
import type { TcpProxy } from '../tcp-proxy.ts';

export type Policy = 'resend' | 'hold';

/** The parts that a fault can reach. */
export interface ChaosWorld {
  /** In [0, 1); the same for the same seed. */
  readonly random: () => number;
  readonly receiver: ChaosReceiver;
  readonly dispatchers: readonly DispatcherSlot[];
  readonly leaseMs: number;
  /** In front of the store's servers; none for SQLite. */
  readonly proxies: Readonly<Partial<Record<Service, TcpProxy>>>;
  readonly commands: StoreCommands | null;
  /** Its folder has the SQLite file; it is on a small file system of its own where the scenario asked for one. */
  readonly store: TestStore;
  /** Where the dispatchers write their log, likewise. */
  readonly logFolder: string;
  /** Of the dispatchers. */
  readonly environment: Environment;
}

/** A place for a server process that may be killed and started again. */
export interface DispatcherSlot {
  readonly process: ServerProcess;
  restart(): Promise<void>;
}

/** The parts of a fault's world in addition to those of every one. */
export interface ChaosSetup {
  /** How many; two unless told. */
  readonly dispatchers?: number;
  /** Of its dispatchers, in addition to those of every scenario. */
  readonly settings?: Environment;
  /** The SQLite file lies on a small file system of its own. */
  readonly smallDisk?: boolean;
  /** The dispatchers write their log, with a line for each message, to a small file system of its own. */
  readonly smallLogDisk?: boolean;
}

/** Something that goes wrong and ends again. */
export interface ChaosFault extends ChaosSetup {
  readonly title: string;
  /** How often in a full run, and in a quick one: once unless told. */
  readonly times: number;
  readonly quickTimes?: number;
  /** The only store that it is for; all unless told. */
  readonly store?: StoreName;
  /** How many processes one injection kills with SIGKILL: each may leave what it was sending in doubt. */
  readonly kills?: number;
  /** Injects it once and resolves when it has ended. */
  inject(world: ChaosWorld): Promise<void>;
}
