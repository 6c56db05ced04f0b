import type { Machine } from '../machine.ts';
import type { Section } from '../report/section.ts';

export interface SuiteOptions {
  /** For every day: fewer and shorter runs, nothing written. */
  readonly quick: boolean;
  readonly rounds: number;
  readonly messages: number;
  /** Only these contenders; empty for all. */
  readonly only: readonly string[];
  /** Another checkout, whose dispatchers run between ours. */
  readonly against: string | null;
  /** For files that do not stay. */
  readonly directory: string;
  readonly log: (line: string) => void;
}

/** What every suite records beside its figures. */
export interface SuiteResult {
  readonly machine: Machine;
  /** The servers that it ran on, as they say themselves. */
  readonly versions: Readonly<Record<string, string>>;
}

/** One measurement. What it returns is written as JSON; what it shows is made from that alone. */
export interface Suite<Result> {
  readonly name: string;
  run(options: SuiteOptions): Promise<Result>;
  show(result: Result): Section;
}
