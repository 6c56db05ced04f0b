import { formatWarning, shownPace } from '@messaging-system/cli/text';
import { SystemClock } from '@messaging-system/core/system-clock';
import { type TracerProvider, trace } from '@opentelemetry/api';
import type { Logger } from 'pino';
import manifest from '../package.json' with { type: 'json' };
import { type OpenServer, openServer } from './composition/open-server.ts';
import { apiKeysOf, keyTexts } from './config/api-keys-of.ts';
import type { Config } from './config/config.ts';
import { isLoopback } from './config/host.ts';
import type { LoadedConfig } from './config/load-config.ts';
import { openTelemetryVariable } from './config/open-telemetry-variable.ts';
import { SHORTEST_SECRET } from './config/weak-secret.ts';
import { wasStartedIgnoringHangUp } from './life-cycle/end-signals.ts';
import { runUntilEnded } from './life-cycle/run-until-ended.ts';
import { untilParentGone } from './life-cycle/until-parent-gone.ts';
import { configuredLogger } from './log/create-logger.ts';

// The time for closing connections and stores after the drain.
const CLOSING_MS = 10_000;

/** Runs the server until a signal ends it. Resolves with the exit code. */
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

/** Says what whoever started the server should know: how to send a first message in the sandbox, and what is open to everyone. */
export function announce(
  { server, processor }: Config,
  { url, target, deliveryStop }: OpenServer,
  log: Logger,
  now: number,
): void {
  const { publicPath } = server;
  log.info(
    publicPath === undefined
      ? `dashboard: ${url}/`
      : `dashboard: ${publicPath}/ at the proxy in front (server.publicPath)`,
  );
  if (target.isSandbox) {
    log.info('sandbox: deliveries go to a receiver inside this server, nothing leaves it');
    log.info(`send the first message: ${firstMessage(url, server)}`);
    log.info(`see what arrived: ${url}/sandbox/deliveries`);
  }
  if (deliveryStop !== null) {
    const { at, by } = deliveryStop;
    log.warn(
      `delivery is stopped for all servers by ${by ?? 'an operator'} since ${new Date(at).toISOString()}: nothing is delivered until "messaging-system start --all"`,
    );
  } else if (!processor.autoStart) log.info(`delivery begins with POST ${url}/processor/start`);
  else if (!processor.drain) log.info(paceLine(server, processor, now));
  if (apiKeysOf(server).length === 0 && !isLoopback(server.host)) {
    log.warn(`everyone who can reach ${server.host}:${new URL(url).port} can use the API: no key is set`);
  }
  if (keyTexts(server).some((key) => key.length < SHORTEST_SECRET)) {
    log.warn(`an API key has fewer than ${SHORTEST_SECRET} characters and could be guessed`);
  }
}

/** Without draining, what is sent after the start waits for a whole interval: that looks broken to whoever does not know. */
function paceLine({ workers }: Config['server'], processor: Config['processor'], now: number): string {
  const { batchSize, interval, drain } = processor;
  const pace = shownPace({ batchSize: batchSize * Math.max(1, workers), intervalMs: interval, drain });
  const next = new Date(now + interval).toISOString().replace(/\.\d+Z$/, 'Z');
  return `pace: ${pace}, next at ${next}; PROCESSOR_DRAIN=true delivers what is due at once`;
}

function firstMessage(url: string, server: Config['server']): string {
  return [
    `curl -X POST ${url}/messages`,
    `-H 'content-type: application/json'`,
    ...(apiKeysOf(server).length > 0 ? [`-H "authorization: Bearer ${shownKey(server)}"`] : []),
    `-d '{"phoneNumber":"+905551234567","content":"Hello"}'`,
  ].join(' ');
}

/** Stands for a key that may send. */
function shownKey({ apiKey, apiKeys = [] }: Config['server']): string {
  if (apiKey !== undefined) return '$SERVER_API_KEY';
  const sender = apiKeys.find(({ scopes }) => scopes.includes('send'));
  return sender === undefined ? '<an API key with the scope send>' : `<the API key ${sender.name}>`;
}

const API_VERSION = manifest.dependencies['@opentelemetry/api'];

/** Says so when somebody expects traces and none will be recorded. */
function warnUnregisteredSdk(log: Logger): void {
  const variable = openTelemetryVariable();
  if (variable === null || isRegistered(trace.getTracerProvider())) return;
  log.warn(
    `${variable} is set, but no OpenTelemetry SDK is registered here, or by an @opentelemetry/api older than ${API_VERSION}: see docs/tracing.md`,
  );
}

/** The API's own provider has nobody to hand on to before one is registered. */
function isRegistered(provider: TracerProvider & { getDelegateTracer?(name: string): unknown }): boolean {
  return provider.getDelegateTracer === undefined || provider.getDelegateTracer('') !== undefined;
}
