import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const isSmall = fc.property(fc.nat(1_000), (n) => {
  expect(n).toBeLessThan(50);
});

function failureOf(parameters: fc.Parameters<[number]>): Error {
  try {
    fc.assert(isSmall, parameters);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('the property held');
}

describe('a property', () => {
  test("that fails prints its cause, and a command that repeats it, whatever the test's title is (or isn't)", () => {
    const failure = failureOf({ seed: 7 });
    expect(failure.cause).toMatchObject({ message: 'expected 50 to be less than 50' });
    const command = /^Again: PROPERTY_SEED=(\S+) PROPERTY_PATH=(\S+) npx vitest run (\S+) -t '([^']+)'$/m;
    const [, seed, path, file, title = ''] = command.exec(failure.message) ?? [];
    expect(file).toBe('test/failing-property.test.ts');
    expect(expect.getState().currentTestName).toMatch(new RegExp(`^${title}$`));

    const again = failureOf({ seed: Number(seed), ...(path === undefined ? {} : { path }) });
    expect(again.message).toContain('failed after 1 tests');
    expect(again.message).toContain('Counterexample: [50]');
  });
});
