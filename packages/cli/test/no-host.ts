import type { Host } from '../src/host.ts';

/** Has no configuration: for commands that get everything as arguments. */
export const NO_HOST: Host = {
  settingsTable: () => unasked(),
  configuration: () => unasked(),
  keyForOthers: () => unasked(),
};

function unasked(): never {
  throw new Error('this test gives a command all that it needs');
}
