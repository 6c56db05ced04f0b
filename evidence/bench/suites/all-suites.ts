import type { Section } from '../report/section.ts';
import { backlogSuite } from './backlog/backlog-suite.ts';
import { enqueueSuite } from './enqueue/enqueue-suite.ts';
import { latencySuite } from './latency/latency-suite.ts';
import { pairsSuite } from './pairs/pairs-suite.ts';
import { processesSuite } from './processes/processes-suite.ts';
import { profileSuite } from './profile/profile-suite.ts';
import type { Suite, SuiteOptions } from './suite.ts';
import { throughputSuite } from './throughput/throughput-suite.ts';

export interface AnySuite {
  readonly name: string;
  run(options: SuiteOptions): Promise<unknown>;
  /** @param result what `run` returned, now or in an earlier process */
  show(result: unknown): Section;
}

/** In the order of the page. */
export const ALL_SUITES: readonly AnySuite[] = [
  anySuite(throughputSuite),
  anySuite(pairsSuite),
  anySuite(latencySuite),
  anySuite(enqueueSuite),
  anySuite(backlogSuite),
  anySuite(processesSuite),
  anySuite(profileSuite),
];

function anySuite<Result>({ name, run, show }: Suite<Result>): AnySuite {
  // Results are kept by the name of their suite, so each is shown what it made itself.
  return { name, run, show: (result) => show(result as Result) };
}
