import { describe, expect, test } from 'vitest';
import { type Closable, type Contract, failingCases } from '../../src/index.ts';

/** A right adapter with one thing wrong. */
export interface Double<Harness> {
  /** Its mistake. */
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
  /** A double that fails more cases than these does not prove the one it is meant for. */
  readonly mostFailing: number;
  /** Cases keep real time, so that few of them can run at once. */
  readonly keepsTime?: boolean;
  /** Cases that hold up the whole process, or need all of it to be in time: nothing else runs meanwhile, and only the doubles that are to fail them are asked. */
  readonly alone?: readonly string[];
}

/** Registers a test for each double: it fails the case that it is meant for, the others that it names, and nothing else. */
export function registerDoubles<Harness extends Closable>(
  title: string,
  contract: Contract<Harness>,
  doubles: Doubles<Harness>,
  { alsoFails, mostFailing, keepsTime = false, alone = [] }: RegisterDoublesOptions,
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

    // Cases that keep real time: a machine that is busy with all of them at once would fail some of them itself.
    const widest = keepsTime ? 8 : 1_000;
    for (const [fact, { name, open, concurrency = widest }] of Object.entries(doubles)) {
      const expected = [fact, ...(alsoFails[name] ?? [])];
      const asked = Object.fromEntries(
        Object.entries(contract).filter(([one]) => expected.includes(one) || !alone.includes(one)),
      );
      // Most of the time goes into waiting for what a broken adapter does not do: doubles do so side by side.
      const concurrent = !expected.some((one) => alone.includes(one));
      test(`${name} is caught by '${fact}'`, { timeout: 120_000, concurrent }, async () => {
        const failing = await failingOf(asked, open, { concurrency: concurrent ? concurrency : 1, expected });
        expect([...failing].sort()).toEqual(expected.toSorted());
        expect(failing.length).toBeLessThanOrEqual(mostFailing);
      });
    }
  });
}

/** An unexpected failure is judged alone: a case that keeps real time may be late in the crowd, which is not the double's doing. */
async function failingOf<Harness extends Closable>(
  contract: Contract<Harness>,
  open: () => Promise<Harness>,
  { concurrency, expected }: { readonly concurrency: number; readonly expected: readonly string[] },
): Promise<readonly string[]> {
  const failing = await failingCases(contract, open, { concurrency });
  const others = Object.entries(contract).filter(
    ([fact]) => failing.includes(fact) && !expected.includes(fact),
  );
  const failingAlone = await failingCases(Object.fromEntries(others), open);
  return failing.filter((fact) => expected.includes(fact) || failingAlone.includes(fact));
}
