import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { secretsOf } from '../config/secrets-of.ts';
import { createLogger } from './create-logger.ts';

/** The logger that the configuration wants, on standard output. */
export function configuredLogger(config: Config): Logger {
  const { format, level } = config.log;
  return createLogger({
    name: config.appName,
    level,
    isPretty: format === 'pretty' || (format === 'auto' && process.stdout.isTTY === true),
    secrets: secretsOf(config),
  });
}
