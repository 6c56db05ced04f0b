import { globSync } from 'node:fs';
import type { Reporter, TestModule, TestSuite, Vitest } from 'vitest/node';

/** The tests that `npm test` leaves out: see CONTRIBUTING.md. */
export const LONG_TESTS = '**/*.long.test.ts';

const MS_BETWEEN_LINES = 10_000;

/** In addition to Vitest's own report: how far the run is, where no terminal shows it, and at the end what was not run and how to run it. */
export class RunReporter implements Reporter {
  #vitest: Vitest | undefined;
  #files = 0;
  #filesDone = 0;
  #testsDone = 0;
  #startedAt = 0;
  #lastLineAt = 0;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunStart(specifications: readonly unknown[]): void {
    [this.#files, this.#filesDone, this.#testsDone] = [specifications.length, 0, 0];
    this.#startedAt = this.#lastLineAt = performance.now();
  }

  onTestModuleEnd(module: TestModule): void {
    this.#filesDone += 1;
    this.#testsDone += [...module.children.allTests()].length;
    const now = performance.now();
    // A terminal has Vitest's own line.
    if (process.stdout.isTTY || now - this.#lastLineAt < MS_BETWEEN_LINES) return;
    this.#lastLineAt = now;
    const seconds = Math.round((now - this.#startedAt) / 1_000);
    this.#print(`${this.#filesDone} of ${this.#files} files, ${this.#testsDone} tests, ${seconds} s`);
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    // Where tests are chosen by their title the others are not missing.
    const skipped = this.#vitest?.config.testNamePattern === undefined ? modules.flatMap(skippedIn) : [];
    for (const [reason, lines] of Map.groupBy(skipped, ({ reason }) => reason)) {
      const tests = lines.reduce((sum, { count }) => sum + count, 0);
      const listed = lines.map(({ suite, count }) => `   ${suite} (${count})`).join('\n');
      this.#print(`\n ${tests} tests were skipped: ${reason}\n${listed}`);
    }
    if (skipped.length > 0) this.#print(`\n${HOW_TO_RUN_THEM}`);
    const isQuick = this.#vitest?.config.cliExclude?.includes(LONG_TESTS) === true;
    if (!isQuick) return;
    const long = globSync(LONG_TESTS, { exclude: ['**/node_modules', '**/.cache'] });
    this.#print(`\n ${long.length} long files were left out: \`npm run test:all\` runs them as well.`);
  }

  #print(text: string): void {
    this.#vitest?.logger.log(text);
  }
}

const HOW_TO_RUN_THEM =
  ' To run them, give what is missing: MONGODB_URI, REDIS_URL, POSTGRES_URL, SERVICES_COMMAND, redis-server, Chromium, promtool. REQUIRE_SERVICES=1 makes a missing service a failure.';

interface Skipped {
  readonly reason: string;
  readonly suite: string;
  readonly count: number;
}

/** Each suite of which everything is skipped, and each other test that is. */
function skippedIn(module: TestModule): readonly Skipped[] {
  const skipped = [...module.children.allTests('skipped')].map((test) => {
    const result = test.result();
    const title = outermostSkipped(test.parent)?.fullName ?? test.fullName;
    const [mark, inTitle] = / ?\[SKIPPED: (.*?)\]/.exec(title) ?? [''];
    const note = result.state === 'skipped' ? result.note : undefined;
    return {
      reason: note ?? inTitle ?? 'no reason given',
      suite: `${module.relativeModuleId}: ${title.replace(mark, '')}`,
    };
  });
  return [...Map.groupBy(skipped, ({ reason, suite }) => `${reason}\n${suite}`).values()].flatMap((same) =>
    same.slice(0, 1).map((one) => ({ ...one, count: same.length })),
  );
}

function outermostSkipped(parent: TestModule | TestSuite): TestSuite | undefined {
  if (parent.type === 'module') return undefined;
  return outermostSkipped(parent.parent) ?? (parent.state() === 'skipped' ? parent : undefined);
}
