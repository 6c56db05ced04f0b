import assert from 'node:assert/strict';
import { type ContractCase, needing } from './define-contract.ts';
import { within } from './poll.ts';

const DEADLINE_MS = 4_000;

interface Unreachable<Port> {
  openUnreachable?(): Promise<Port>;
}

/** Every operation fails with this code, and soon, while the store cannot be reached. */
export function failsUnreachable<Port, Harness extends Unreachable<Port>>(
  operations: Readonly<Record<string, (port: Port) => Promise<unknown>>>,
  code: string,
): ContractCase<Harness> {
  return needing(
    (harness) => harness.openUnreachable?.bind(harness),
    'the harness cannot put the store out of reach',
    async (_, openUnreachable) => {
      const port = await openUnreachable();
      const failing = Object.entries(operations).map(async ([name, operate]) => {
        const failure = await operate(port).then(() => 'no fault', codeOf);
        return `${name}: ${failure}`;
      });
      const failures = await within('every operation fails', Promise.all(failing), DEADLINE_MS);
      const expected = Object.keys(operations).map((name) => `${name}: ${code}`);
      assert.deepEqual(failures, expected);
    },
  );
}

function codeOf(fault: unknown): string {
  return fault instanceof Error && 'code' in fault ? String(fault.code) : String(fault);
}
