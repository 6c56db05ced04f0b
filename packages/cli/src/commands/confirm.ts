import { createInterface } from 'node:readline/promises';
import { CommandError } from '../command-error.ts';
import { ExitCode } from '../exit-code.ts';
import type { Output } from '../output/output.ts';
import { harmless } from '../output/printable.ts';

/** Asks on a terminal. @throws CommandError unless the answer is yes, or when nobody is there who could answer */
export async function confirm(output: Output, question: string): Promise<void> {
  if (!output.canAsk) {
    throw new CommandError(
      ExitCode.USAGE,
      'not_confirmed',
      `${question} Not a terminal, cannot ask: pass --yes.`,
    );
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(`${harmless(question)} [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    asking.close();
  }
  throw new CommandError(ExitCode.REFUSED, 'not_confirmed', 'Nothing was changed.');
}
