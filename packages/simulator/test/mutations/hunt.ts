import type { Rule } from '../../src/violations.ts';
import type { Mutation } from './mutation.ts';

/** The task of a worker: find this bug, from each of these seeds on, in at most so many worlds. */
export interface Hunt {
  readonly mutation: Mutation;
  readonly starts: readonly number[];
  readonly mostWorlds: number;
  /** A module whose `openWorldStore` opens the store; null for the reference adapters. */
  readonly storeModule: string | null;
}

/** Its result: for each start how many worlds it took (null: not found), and which rules were broken. */
export interface Catch {
  readonly mutation: Mutation;
  readonly worlds: readonly (number | null)[];
  readonly rules: readonly Rule[];
  readonly problem: string | null;
}
