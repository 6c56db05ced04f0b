import { ExitCode } from '@messaging-system/cli/exit-code';
import { type Clock, InvalidOptionsError } from '@messaging-system/core';
import type { Logger } from 'pino';
import { END_SIGNALS, type EndSignal, isImpatient } from './end-signals.ts';
import { StartError } from './start-error.ts';

export interface Life {
  /** Opens everything, and closes it again if it rejects. */
  readonly open: () => Promise<AsyncDisposable>;
  readonly log: Logger;
  readonly clock: Clock;
  /** How long closing may take before the process ends without it. */
  readonly closingMs: number;
  /** The process, or what stands for it in a test. */
  readonly events: Pick<NodeJS.EventEmitter, 'on' | 'off'>;
  /** `nohup`: the process goes on when its terminal is gone. */
  readonly ignoresHangUp?: boolean;
  /** Resolves when whoever started the process is gone, which ends it too, and never counts as a second wish. */
  readonly parentGone?: Promise<void>;
}

/**
 * A terminal's Ctrl-C reaches every process of its group, and npm passes it on to its child once more: what comes so soon after the first
 * is an echo of it and no second wish.
 */
const ECHO_MS = 500;

const PARENT_GONE = 'the process that started this one is gone';

/**
 * Opens, runs until a signal of END_SIGNALS, the end of the parent or an error that nobody caught, then closes.
 * Resolves with the exit code: 0 after a signal, 70 after an error of our own. A second SIGINT, SIGTERM or SIGQUIT
 * ends it at once, with 128 and the number of the signal; so does one before everything is open.
 */
export async function runUntilEnded(life: Life): Promise<number> {
  const { open, log, clock, closingMs, events, ignoresHangUp = false, parentGone } = life;
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
  const begin = (opened: AsyncDisposable, why: object): void => {
    exitCode = ExitCode.OK;
    isEcho = true;
    void clock.sleep(ECHO_MS).then(() => {
      isEcho = false;
    });
    log.info(why, 'ending; a second signal ends at once');
    void close(opened);
  };
  const onSignal = (signal: EndSignal): void => {
    if (signal === 'SIGHUP' && ignoresHangUp) {
      log.info({ signal }, 'the terminal is gone; going on, as with nohup');
    } else if (running === null) {
      end.resolve(ExitCode[signal]);
    } else if (exitCode === null) {
      begin(running, { signal });
    } else if (!isEcho && isImpatient(signal)) {
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

  const onParentGone = (): void => {
    if (running === null) end.resolve(ExitCode.SIGTERM);
    else if (exitCode === null) begin(running, { reason: PARENT_GONE });
    else log.debug({ reason: PARENT_GONE }, 'ending already');
  };

  for (const signal of END_SIGNALS) events.on(signal, onSignal);
  events.on('uncaughtException', onError);
  void parentGone?.then(onParentGone);
  try {
    open().then(
      (opened) => {
        running = opened;
      },
      (error: unknown) => end.resolve(startFailure(error, log)),
    );
    return await end.promise;
  } finally {
    for (const signal of END_SIGNALS) events.off(signal, onSignal);
    events.off('uncaughtException', onError);
  }
}

/** Says why the server did not start; answers the exit code. Only an error of our own is shown with its stack. */
function startFailure(error: unknown, log: Logger): number {
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
