import assert from 'node:assert/strict';

/**
 * Arranges its own world in a fresh harness and throws when the promise is broken. `openHarness` opens another world of its own, for what
 * one harness cannot show; the case closes it.
 */
export type CaseRun<Harness> = (harness: Harness, openHarness: () => Promise<Harness>) => Promise<void>;

/** One promise of a port, as what shows it. */
export type ContractCase<Harness> =
  | CaseRun<Harness>
  | {
      /** Why this harness cannot show the promise; a reason makes it a visible skip, null runs it. */
      readonly unless?: (harness: Harness) => string | null;
      readonly run: CaseRun<Harness>;
    };

/** A case for what only some harnesses have: `find` looks for it, and where there is none, `why` is the reason of a visible skip. */
export function needing<Harness, Part>(
  find: (harness: Harness) => Part | undefined,
  why: string,
  run: (harness: Harness, part: Part) => Promise<void>,
): ContractCase<Harness> {
  return {
    unless: (harness) => (find(harness) === undefined ? why : null),
    async run(harness) {
      const part = find(harness);
      assert.ok(part !== undefined, why);
      await run(harness, part);
    },
  };
}

/** The promises of a port by title; titles are present-tense facts. */
export type Contract<Harness> = Readonly<Record<string, ContractCase<Harness>>>;

export interface Closable {
  close(): Promise<void>;
}

/** The part of a test runner that is needed; Vitest, Jest, Mocha and `node:test` fit with a line of glue. */
export interface ContractRunner {
  describe(title: string, body: () => void): void;
  /** `context.skip(reason)`, where the runner has it, makes a skip visible. */
  test(title: string, body: (context: { skip(reason: string): void }) => Promise<void>): void;
}

/** Registers every case with the runner; each opens a harness of its own and closes it, whatever happened. */
export function registerContract<Harness extends Closable>(
  title: string,
  contract: Contract<Harness>,
  runner: ContractRunner,
  openHarness: () => Promise<Harness>,
): void {
  runner.describe(title, () => {
    for (const [fact, contractCase] of Object.entries(contract)) {
      runner.test(fact, async (context) => {
        const skipped = await runCase(contractCase, openHarness);
        if (skipped !== null) context.skip(skipped);
      });
    }
  });
}

/**
 * One contract out of several. A title that occurs twice is refused: one of the two cases would be lost without a word.
 */
export function mergeContracts<Harness>(...contracts: readonly Contract<Harness>[]): Contract<Harness> {
  const merged = new Map<string, ContractCase<Harness>>();
  for (const [fact, contractCase] of contracts.flatMap((contract) => Object.entries(contract))) {
    if (merged.has(fact)) throw new TypeError(`two cases are called '${fact}'`);
    merged.set(fact, contractCase);
  }
  return Object.fromEntries(merged);
}

/** Runs one case in a harness of its own and closes it, whatever happened; returns why it was skipped, or null. */
export async function runCase<Harness extends Closable>(
  contractCase: ContractCase<Harness>,
  openHarness: () => Promise<Harness>,
): Promise<string | null> {
  const { run, unless } = typeof contractCase === 'function' ? { run: contractCase } : contractCase;
  const harness = await openHarness();
  let reason: string | null;
  try {
    reason = unless?.(harness) ?? null;
    if (reason === null) await run(harness, openHarness);
  } catch (error) {
    // The broken promise is the news, not what its wreck does at closing.
    await harness.close().catch(() => undefined);
    throw error;
  }
  await harness.close();
  return reason;
}
