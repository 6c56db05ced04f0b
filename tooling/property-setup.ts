import fc, { type RunDetails } from 'fast-check';
import { expect } from 'vitest';

// A property that fails prints what failed, and the command that runs the very same case again.
const { PROPERTY_SEED, PROPERTY_PATH } = process.env;

fc.configureGlobal({
  ...(PROPERTY_SEED === undefined ? {} : { seed: Number(PROPERTY_SEED) }),
  ...(PROPERTY_PATH === undefined ? {} : { path: PROPERTY_PATH }),
  reporter: throwIfFailed,
});

function throwIfFailed(details: RunDetails<unknown>): void {
  if (!details.failed) return;
  throw new Error(`${fc.defaultReportMessage(details) ?? 'the property failed'}\n\n${again(details)}\n`, {
    cause: details.errorInstance,
  });
}

function again({ seed, counterexamplePath }: RunDetails<unknown>): string {
  const { testPath = '', currentTestName = '' } = expect.getState();
  const file = testPath.replace(`${import.meta.dirname.replace(/[^/\\]+$/, '')}`, '');
  const path = counterexamplePath === null ? '' : `PROPERTY_PATH=${counterexamplePath} `;
  // Characters that the shell or the pattern would read in another way match anything.
  const title = currentTestName.replaceAll(/[^\w ,:>-]/g, '.');
  return `Again: PROPERTY_SEED=${seed} ${path}npx vitest run ${file} -t '${title}'`;
}
