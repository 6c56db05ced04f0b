import { ExitCode } from './exit-code.ts';

export interface Ending {
  readonly signal: AbortSignal;
  /** Of a process that was ended so. */
  readonly exitCode: () => number;
}

/** The first SIGINT or SIGTERM lets a command finish what is under way; a second one ends the process at once. */
export function endBySignal(lifetimes: AsyncDisposableStack): Ending {
  const controller = new AbortController();
  let exitCode: number = ExitCode.SIGINT;
  const onSignal = (signal: 'SIGINT' | 'SIGTERM'): void => {
    exitCode = ExitCode[signal];
    controller.abort();
    listenNoMore();
  };
  const listenNoMore = (): void => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  lifetimes.defer(listenNoMore);
  return { signal: controller.signal, exitCode: () => exitCode };
}
