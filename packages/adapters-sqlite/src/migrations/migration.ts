import type { DatabaseSync } from 'node:sqlite';

/** One step of the file's format. Additive, so that a process that is running an older release can go on beside it. */
export interface Migration {
  readonly name: string;
  up(database: DatabaseSync): void;
}
