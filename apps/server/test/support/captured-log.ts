import type { Logger } from 'pino';
import { createLogger } from '../../src/log/create-logger.ts';

export interface CapturedLog {
  readonly log: Logger;
  /** Everything that was written. */
  readonly text: () => string;
  readonly lines: () => readonly LogRecord[];
}

export interface LogRecord {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export const LEVEL = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const;

/** The server's own logger, writing into memory. */
export function capturedLog(secrets: readonly string[] = [], level = 'trace'): CapturedLog {
  const written: string[] = [];
  const log = createLogger(
    { name: 'test', level, isPretty: false, secrets },
    { write: (line) => void written.push(line) },
  );
  return {
    log,
    text: () => written.join(''),
    lines: () => written.map((line) => JSON.parse(line)),
  };
}
