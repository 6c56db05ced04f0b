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

/** The record of every suite in addition to its figures. */
export interface SuiteResult {
  readonly machine: Machine;
  /** The servers that it ran on, as they say themselves. */
  readonly versions: Readonly<Record<string, string>>;
}

/** One measurement. Its result is written as JSON; the page is made from that alone. */
export interface Suite<Result> {
  readonly name: string;
  run(options: SuiteOptions): Promise<Result>;
  show(result: Result): Section;
}
