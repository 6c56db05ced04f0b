import { type Closable, type Contract, type ContractCase, runCase } from './define-contract.ts';

export interface FailingCasesOptions {
  /** How many cases run at the same time; 1 unless told. */
  readonly concurrency?: number;
}

/**
 * The titles of the cases that a harness fails, in the order of the contract. A kit's own tests ask of a broken
 * double that the case for the promise it breaks is among them. A case that is skipped has not failed.
 */
export async function failingCases<Harness extends Closable>(
  contract: Contract<Harness>,
  openHarness: () => Promise<Harness>,
  options: FailingCasesOptions = {},
): Promise<readonly string[]> {
  const failing = new Set<string>();
  const waiting = Object.entries(contract).values();
  const worker = async (): Promise<void> => {
    for (const [fact, contractCase] of waiting) {
      if (await isBroken(contractCase, openHarness)) failing.add(fact);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency ?? 1 }, worker));
  return Object.keys(contract).filter((fact) => failing.has(fact));
}

async function isBroken<Harness extends Closable>(
  contractCase: ContractCase<Harness>,
  openHarness: () => Promise<Harness>,
): Promise<boolean> {
  try {
    await runCase(contractCase, openHarness);
    return false;
  } catch {
    return true;
  }
}
