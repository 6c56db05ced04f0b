import { describe, expect, test } from 'vitest';
import { type Closable, type Contract, failingCases } from '../../src/index.ts';

/** A right adapter with one thing wrong. */
export interface Double<Harness> {
  /** What it gets wrong. */
  readonly name: string;
  readonly open: () => Promise<Harness>;
  /** How many cases run at the same time; all of them unless told. */
  readonly concurrency?: number;
}

/** One double for each case of a contract, by the title of the case. */
export type Doubles<Harness> = Readonly<Record<string, Double<Harness>>>;

export interface RegisterDoublesOptions {
  /** By the name of a double, the other cases that the same fault rightly fails. */
  readonly alsoFails: Readonly<Record<string, readonly string[]>>;
  /** A double that fails more cases than these is no proof of the one it is meant for. */
  readonly mostFailing: number;
  /** Runs several doubles at the same time, where their cases spend it waiting. */
  readonly waits?: boolean;
}

/** Registers a test for each double: it fails the case that it is meant for, the others that it names, and nothing else. */
export function registerDoubles<Harness extends Closable>(
  title: string,
  contract: Contract<Harness>,
  doubles: Doubles<Harness>,
  { alsoFails, mostFailing, waits = false }: RegisterDoublesOptions,
): void {
  describe(title, () => {
    test('every case has a double, and every double a case', () => {
      expect(Object.keys(doubles).sort()).toEqual(Object.keys(contract).sort());
    });

    test('every double has a name of its own, and what is said of doubles is said of one of them', () => {
      const names = Object.values(doubles).map(({ name }) => name);
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
      expect(Object.keys(alsoFails).filter((name) => !names.includes(name))).toEqual([]);
    });

    // Cases that wait also keep time: a machine that is busy with all of them at once would fail some of them itself.
    const widest = waits ? 12 : 1_000;
    const retry = waits ? 2 : 0;
    for (const [fact, { name, open, concurrency = widest }] of Object.entries(doubles)) {
      test(`${name} is caught by '${fact}'`, { timeout: 120_000, concurrent: waits, retry }, async () => {
        const failing = await failsEachTime(contract, open, concurrency);
        expect(failing).toContain(fact);
        expect(failing.filter((other) => other !== fact).sort()).toEqual([...(alsoFails[name] ?? [])].sort());
        expect(failing.length).toBeLessThanOrEqual(mostFailing);
      });
    }
  });
}

/** A busy machine may fail a case that keeps time, once; a double fails it each time. */
async function failsEachTime<Harness extends Closable>(
  contract: Contract<Harness>,
  open: () => Promise<Harness>,
  concurrency: number,
): Promise<readonly string[]> {
  let failing = await failingCases(contract, open, { concurrency });
  for (let again = 0; again < 2; again += 1) {
    const suspects = failing.flatMap((fact) => {
      const contractCase = contract[fact];
      return contractCase === undefined ? [] : [[fact, contractCase] as const];
    });
    failing = await failingCases(Object.fromEntries(suspects), open);
  }
  return failing;
}
