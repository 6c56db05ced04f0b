import type { Environment } from '../../support/server-process.ts';
import type { ChaosWorld, StoreName } from '../chaos-world.ts';

/** Something that goes wrong and ends again. */
export interface ChaosFault {
  readonly title: string;
  /** How often in a full run, and in a quick one. */
  readonly times: number;
  readonly quickTimes: number;
  readonly stores: readonly StoreName[];
  readonly dispatchers?: number;
  /** Of its dispatchers, beside those of every scenario. */
  readonly settings?: Environment;
  /** How many processes one injection kills with SIGKILL: each may leave what it was sending in doubt. */
  readonly kills?: number;
  /** The SQLite file lies on a small file system of its own. */
  readonly smallDisk?: boolean;
  /** The dispatchers write their log, with a line for each message, to a small file system of its own. */
  readonly smallLogDisk?: boolean;
  /** Injects it once and resolves when it has ended. */
  inject(world: ChaosWorld): Promise<void>;
}

export const BOTH: readonly StoreName[] = ['sqlite', 'mongo'];
