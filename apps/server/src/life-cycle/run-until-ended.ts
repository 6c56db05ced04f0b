import type { Clock } from '@messaging-system/core';
import type { Logger } from 'pino';
import { ExitCode } from './exit-code.ts';
import { startFailure } from './start-failure.ts';

export interface Life {
  /** Opens everything, and closes it again if it rejects. */
  readonly open: () => Promise<AsyncDisposable>;
  readonly log: Logger;
  readonly clock: Clock;
  /** How long closing may take before the process ends without it. */
  readonly closingMs: number;
  /** The process, or what stands for it in a test. */
  readonly events: Pick<NodeJS.EventEmitter, 'on' | 'off'>;
}

type EndSignal = 'SIGINT' | 'SIGTERM';

/**
 * A terminal's Ctrl-C reaches every process of its group, and npm passes it on to its child once more: what comes so soon after the first
 * is an echo of it and no second wish.
 */
const ECHO_MS = 500;

/**
 * Opens, runs until SIGINT, SIGTERM or an error that nobody caught, then closes. Resolves with the exit code: 0 after a signal, 70 after an error
 * of our own. A second signal ends it at once, with 130 or 143; so does one before everything is open.
 */
export async function runUntilEnded({ open, log, clock, closingMs, events }: Life): Promise<number> {
  const end = Promise.withResolvers<number>();
  let running: AsyncDisposable | null = null;
  let exitCode: number | null = null;
  let isEcho = false;

  const close = async (opened: AsyncDisposable): Promise<void> => {
    const late = new AbortController();
    void clock.sleep(closingMs, late.signal).then(() => {
      if (late.signal.aborted) return;
      log.fatal('closing takes too long; ending without it');
      end.resolve(ExitCode.SOFTWARE);
    });
    try {
      await opened[Symbol.asyncDispose]();
      end.resolve(exitCode ?? ExitCode.OK);
    } catch (err) {
      log.error({ err }, 'not everything could be closed');
      end.resolve(ExitCode.SOFTWARE);
    } finally {
      late.abort();
    }
  };
  const onSignal = (signal: EndSignal): void => {
    if (running === null) {
      end.resolve(ExitCode[signal]);
    } else if (exitCode === null) {
      exitCode = ExitCode.OK;
      isEcho = true;
      void clock.sleep(ECHO_MS).then(() => {
        isEcho = false;
      });
      log.info({ signal }, 'ending; a second signal ends at once');
      void close(running);
    } else if (!isEcho) {
      log.warn({ signal }, 'ending at once');
      end.resolve(ExitCode[signal]);
    }
  };
  const onError = (err: unknown): void => {
    log.fatal({ err }, 'an error that nobody caught');
    const isFirst = exitCode === null;
    exitCode = ExitCode.SOFTWARE;
    if (running === null) end.resolve(exitCode);
    else if (isFirst) void close(running);
  };

  events.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('uncaughtException', onError);
  try {
    open().then(
      (opened) => {
        running = opened;
      },
      (error: unknown) => end.resolve(startFailure(error, log)),
    );
    return await end.promise;
  } finally {
    events.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('uncaughtException', onError);
  }
}
