import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { PinoPretty } from 'pino-pretty';
import { describeError } from './describe-error.ts';
import { redactor } from './redactor.ts';

export interface LoggerSettings {
  readonly name: string;
  readonly level: string;
  readonly isPretty: boolean;
  /** What no line may contain. */
  readonly secrets: readonly string[];
}

/** Writes line by line, each before the call returns, so that an end of the process loses none. */
export function createLogger(
  { name, level, isPretty, secrets }: LoggerSettings,
  stream: DestinationStream = isPretty ? prettyOutput() : destination({ fd: 1, sync: true }),
): Logger {
  return pino(
    {
      name,
      level,
      base: { name },
      timestamp: stdTimeFunctions.isoTime,
      serializers: { err: describeError },
      hooks: { streamWrite: redactor(secrets) },
    },
    stream,
  );
}

function prettyOutput(): DestinationStream {
  return PinoPretty({
    sync: true,
    colorize: process.stdout.hasColors?.() ?? false,
    ignore: 'name,pid,hostname',
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
  });
}
