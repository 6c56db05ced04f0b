import { Writable } from 'node:stream';
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import { PinoPretty } from 'pino-pretty';
import type { Config } from '../config/config.ts';
import { secretsOf } from '../config/secrets-of.ts';
import { describeError } from './describe-error.ts';
import { LogOutput } from './log-output.ts';
import { redactor } from './redactor.ts';
import { visible, withoutCommands } from './visible.ts';

export interface LoggerSettings {
  readonly name: string;
  readonly level: string;
  readonly isPretty: boolean;
  /** Texts that no line may contain. */
  readonly secrets: readonly string[];
}

/**
 * Writes line by line. No line can begin or hide another. On standard output (the default) each is written before the
 * call returns, so that an end of the process loses none; lines that the output cannot take are lost, counted and reported.
 */
export function createLogger(settings: LoggerSettings, stream?: DestinationStream): Logger {
  if (stream !== undefined) return loggerOn(stream, settings);
  const output = new LogOutput();
  const log = loggerOn(settings.isPretty ? pretty(output) : output, settings);
  output.onRecovered = ({ count, reason }) => {
    log.warn(
      { lost: count, lostInAll: output.lostInAll, reason },
      'log lines were lost: standard output did not take them',
    );
  };
  return log;
}

function loggerOn(stream: DestinationStream, { name, level, secrets }: LoggerSettings): Logger {
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

function pretty(output: DestinationStream): DestinationStream {
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

/** The logger of this configuration, on standard output. */
export function configuredLogger(config: Config): Logger {
  const { format, level } = config.log;
  return createLogger({
    name: config.appName,
    level,
    isPretty: format === 'pretty' || (format === 'auto' && process.stdout.isTTY === true),
    secrets: secretsOf(config),
  });
}
