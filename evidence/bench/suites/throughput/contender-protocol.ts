import type { ContenderSetup } from './contender.ts';
import type { ContenderName } from './contenders.ts';

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
  /** What all processes of the machine used meanwhile. */
  readonly machineCpuMs: number;
  readonly residentBytes: number;
}

export type ContenderCommand =
  | { readonly kind: 'order'; readonly order: ContenderOrder }
  | { readonly kind: 'go' }
  | { readonly kind: 'close' };

/** The answer to `go`. */
export interface ContenderDone {
  readonly kind: 'done';
  readonly figures: ContenderFigures;
}
