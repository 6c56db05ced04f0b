import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { headCommit } from '../support/present-commit.ts';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  readonly commit: string;
  readonly at: string;
  /** How many processes wanted a core in the minute before: above the number of cores the figures are not to be trusted. */
  readonly loadBefore: number;
}

export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    node: process.version,
    commit: headCommit(),
    at: new Date().toISOString(),
    loadBefore: loadavg()[0] ?? 0,
  };
}
