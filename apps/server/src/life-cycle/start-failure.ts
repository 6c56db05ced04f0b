import { InvalidOptionsError } from '@messaging-system/core';
import type { Logger } from 'pino';
import { ExitCode } from './exit-code.ts';
import { StartError } from './start-error.ts';

/** Says why the server did not start; answers the exit code. Only an error of our own is shown with its stack. */
export function startFailure(error: unknown, log: Logger): number {
  if (error instanceof StartError) {
    log.fatal(error.message);
    return ExitCode.UNAVAILABLE;
  }
  if (error instanceof InvalidOptionsError) {
    log.fatal(error.message);
    return ExitCode.CONFIG;
  }
  log.fatal({ err: error }, 'the server did not start');
  return ExitCode.SOFTWARE;
}
