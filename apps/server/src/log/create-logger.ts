import { Writable } from 'node:stream';
import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { PinoPretty } from 'pino-pretty';
import { describeError } from './describe-error.ts';
import { redactor } from './redactor.ts';
import { visible, withoutCommands } from './visible.ts';

export interface LoggerSettings {
  readonly name: string;
  readonly level: string;
  readonly isPretty: boolean;
  /** What no line may contain. */
  readonly secrets: readonly string[];
}

/** Writes line by line, none of which can be begun or hidden by what is in another, each before the call returns, so that an end of the process loses none. */
export function createLogger(
  { name, level, isPretty, secrets }: LoggerSettings,
  stream: DestinationStream = isPretty ? prettyOutput() : destination({ fd: 1, sync: true }),
): Logger {
  const redact = redactor(secrets);
  return pino(
    {
      name,
      level,
      base: { name },
      timestamp: stdTimeFunctions.isoTime,
      serializers: { err: describeError },
      hooks: { streamWrite: (line) => withoutCommands(redact(line)) },
    },
    stream,
  );
}

function prettyOutput(): DestinationStream {
  const output = destination({ fd: 1, sync: true });
  return PinoPretty({
    // It reads the line's JSON, and with it gets back what was escaped there.
    destination: new Writable({
      decodeStrings: false,
      write: (chunk, _, done) => {
        output.write(withoutCommands(String(chunk)));
        done();
      },
    }),
    messageFormat: (line, messageKey) => visible(String(line[messageKey] ?? '')),
    colorize: process.stdout.hasColors?.() ?? false,
    ignore: 'name,pid,hostname',
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
  });
}
