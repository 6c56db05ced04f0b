import { SystemClock } from '@messaging-system/core/system-clock';
import { openServer } from '../composition/open-server.ts';
import { formatWarning } from '../config/config-warning.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { wasStartedIgnoringHangUp } from '../life-cycle/end-signals.ts';
import { runUntilEnded } from '../life-cycle/run-until-ended.ts';
import { untilParentGone } from '../life-cycle/until-parent-gone.ts';
import { configuredLogger } from '../log/configured-logger.ts';
import { announce } from './announce.ts';
import { warnUnregisteredSdk } from './warn-unregistered-sdk.ts';

// What closing takes after the drain: connections, stores.
const CLOSING_MS = 10_000;

/** Runs the server until it is told to end. Resolves with the exit code. */
export function serve({ config, warnings }: LoadedConfig, endsWithParent: boolean): Promise<number> {
  const log = configuredLogger(config);
  for (const warning of warnings) log.warn(formatWarning(warning));
  warnUnregisteredSdk(log);
  const clock = new SystemClock();
  return runUntilEnded({
    open: async () => {
      const server = await openServer(config, log, clock);
      announce(config, server, log, clock.now());
      return server;
    },
    log,
    clock,
    closingMs: config.processor.drainDeadline + CLOSING_MS,
    events: process,
    ignoresHangUp: wasStartedIgnoringHangUp(),
    ...(endsWithParent ? { parentGone: untilParentGone(clock, () => process.ppid) } : {}),
  });
}
