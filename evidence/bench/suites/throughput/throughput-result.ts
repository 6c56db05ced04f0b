import type { Machine } from '../../machine.ts';

export interface ThroughputRun {
  readonly round: number;
  readonly messages: number;
  readonly elapsedMs: number;
  readonly cpuMs: number;
  readonly loopCpuMs: number;
  readonly receiverCpuMs: number;
  /** Of all processes of the machine: what is neither ours nor the receiver's is the servers'. */
  readonly machineCpuMs: number;
  readonly residentBytes: number;
  /** What the receiver saw: more requests than ids are copies, fewer ids than messages a loss. */
  readonly requests: number;
  readonly distinct: number;
}

export interface ContenderResult {
  readonly name: string;
  readonly title: string;
  readonly group: 'limit' | 'own' | 'peer' | 'before';
  readonly runs: readonly ThroughputRun[];
}

export interface ThroughputResult {
  readonly machine: Machine;
  readonly concurrency: number;
  readonly rounds: number;
  readonly versions: Readonly<Record<string, string>>;
  /** The commit of the checkout that was compared with. */
  readonly against: string | null;
  readonly contenders: readonly ContenderResult[];
  readonly skipped: readonly { readonly title: string; readonly why: string }[];
}
