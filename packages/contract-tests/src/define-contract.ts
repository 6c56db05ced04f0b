/** One promise of a port. It arranges its own world in a fresh harness and throws when the promise is broken. */
export interface ContractCase<Harness> {
  /** Why this harness cannot show the promise; a reason makes it a visible skip, absent or null runs it. */
  readonly unless?: (harness: Harness) => string | null;
  readonly run: (harness: Harness) => Promise<void>;
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

/** The titles of the cases that a harness fails: what the kit's own tests ask of a broken double. */
export async function failingCases<Harness extends Closable>(
  contract: Contract<Harness>,
  openHarness: () => Promise<Harness>,
): Promise<readonly string[]> {
  const failing: string[] = [];
  for (const [fact, contractCase] of Object.entries(contract)) {
    try {
      await runCase(contractCase, openHarness);
    } catch {
      failing.push(fact);
    }
  }
  return failing;
}

async function runCase<Harness extends Closable>(
  contractCase: ContractCase<Harness>,
  openHarness: () => Promise<Harness>,
): Promise<string | null> {
  const harness = await openHarness();
  try {
    const reason = contractCase.unless?.(harness) ?? null;
    if (reason === null) await contractCase.run(harness);
    return reason;
  } finally {
    await harness.close();
  }
}
