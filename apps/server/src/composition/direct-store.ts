import { CommandError, type OpenStore } from '@messaging-system/cli';
import { ExitCode } from '@messaging-system/cli/exit-code';
import type { Config } from '../config/config.ts';
import { secretsOf } from '../config/secrets-of.ts';
import { StartError } from '../life-cycle/start-error.ts';
import { createLogger } from '../log/create-logger.ts';
import { trySentCache, tryStore } from './health-checks.ts';
import { openSentCache, openStore } from './stores.ts';

/** The store for a command, without a server. @throws CommandError when it cannot be opened */
export async function openDirectStore(
  config: Config,
  lifetimes: AsyncDisposableStack,
  level: 'warn' | 'silent',
): Promise<OpenStore> {
  const log = createLogger(
    { name: config.appName, level, isPretty: false, secrets: secretsOf(config) },
    process.stderr,
  );
  const store = await started(openStore(config, lifetimes, log));
  return {
    ...store,
    tryWrite: () => tryStore(store.repository),
    openSentCache: async () => {
      const { name, sentCache } = await started(openSentCache(config, store, lifetimes, log));
      return { name, sentCache, tryWrite: () => trySentCache(sentCache) };
    },
    warn: (err, text) => log.warn({ err }, text),
  };
}

async function started<Part>(opening: Promise<Part>): Promise<Part> {
  try {
    return await opening;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    const { message, cause } = error;
    throw new CommandError(ExitCode.UNAVAILABLE, 'store_unavailable', message, { cause });
  }
}
