// tsyringe looks for it when it is loaded.
import 'reflect-metadata';
import { activeTraceContext } from '@messaging-system/adapters-opentelemetry';
import {
  type Clock,
  Dispatcher,
  FanOutObserver,
  type MessageRepository,
  Messages,
  type SentCache,
} from '@messaging-system/core';
import { SystemRandom } from '@messaging-system/core/system-clock';
import {
  createHttpApp,
  DashboardFeed,
  deliverySwitchOf,
  LiveEvents,
  SandboxReceiver,
} from '@messaging-system/http-hono';
import { PrometheusMetrics } from '@messaging-system/http-hono/metrics';
import type { Logger } from 'pino';
import { container, type DependencyContainer, type InjectionToken, instanceCachingFactory } from 'tsyringe';
import { apiKeysOption } from '../config/api-keys-of.ts';
import type { Config } from '../config/config.ts';
import { faultLine } from '../log/fault-line.ts';
import { LogObserver } from '../log/log-observer.ts';
import { operationLine } from '../log/operation-line.ts';
import { RefusedKeyLog } from '../log/refused-key-log.ts';
import { WorkerPool } from '../workers/worker-pool.ts';
import { browserGuard } from './browser-guard.ts';
import { dispatcherSettings, messageRules } from './dispatcher-settings.ts';
import { dispatcherUseCases } from './dispatcher-use-cases.ts';
import { healthChecks } from './health-checks.ts';
import { RetentionJob } from './retention-job.ts';
import { TOKENS } from './tokens.ts';
import { traced } from './traced.ts';
import { WakeObserver } from './wake-observer.ts';
import { webhookSender } from './webhook-sender.ts';
import { sandboxToken, shownTarget, type WebhookTarget } from './webhook-target.ts';

/** What is open or given before the rest can be made. */
export interface Foundation {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  readonly repository: MessageRepository;
  readonly sentCache: SentCache;
  readonly target: WebhookTarget;
  readonly isShuttingDown: () => boolean;
}

/** The server's parts, each made once, when it is first asked for. The container opens and closes nothing. */
export function compose(foundation: Foundation): DependencyContainer {
  const parts = container.createChildContainer();
  const given = <Part>(token: InjectionToken<Part>, useValue: Part): unknown =>
    parts.register(token, { useValue });
  const made = <Part>(token: InjectionToken<Part>, make: (from: DependencyContainer) => Part): unknown =>
    parts.register(token, { useFactory: instanceCachingFactory(make) });

  given(TOKENS.config, foundation.config);
  given(TOKENS.log, foundation.log);
  given(TOKENS.clock, foundation.clock);
  given(TOKENS.repository, foundation.repository);
  given(TOKENS.sentCache, foundation.sentCache);
  given(TOKENS.target, foundation.target);
  given(TOKENS.isShuttingDown, foundation.isShuttingDown);

  made(TOKENS.random, () => new SystemRandom());
  made(TOKENS.events, (from) => new LiveEvents({ clock: from.resolve(TOKENS.clock) }));
  made(TOKENS.dashboard, (from) => new DashboardFeed({ clock: from.resolve(TOKENS.clock) }));
  made(
    TOKENS.metrics,
    (from) =>
      new PrometheusMetrics({
        clock: from.resolve(TOKENS.clock),
        // Not before they are asked: they are made with this as their observer.
        dispatcher: () => from.resolve(TOKENS.dispatcher),
        messages: () => from.resolve(TOKENS.messages),
      }),
  );
  made(
    TOKENS.observer,
    (from) =>
      new FanOutObserver([
        new LogObserver(from.resolve(TOKENS.log)),
        from.resolve(TOKENS.events),
        from.resolve(TOKENS.metrics),
        from.resolve(TOKENS.dashboard),
        new WakeObserver(() => from.resolve(TOKENS.dispatcher).wake()),
      ]),
  );
  made(TOKENS.sender, (from) =>
    webhookSender(from.resolve(TOKENS.config), from.resolve(TOKENS.target), from.resolve(TOKENS.clock)),
  );
  made(
    TOKENS.messages,
    (from) =>
      new Messages({
        repository: from.resolve(TOKENS.repository),
        sentCache: from.resolve(TOKENS.sentCache),
        clock: from.resolve(TOKENS.clock),
        observer: from.resolve(TOKENS.observer),
        rules: messageRules(from.resolve(TOKENS.config)),
        traceContext: activeTraceContext,
      }),
  );
  made(
    TOKENS.dispatcher,
    (from) =>
      workerPool(from) ??
      new Dispatcher(
        {
          repository: from.resolve(TOKENS.repository),
          sentCache: from.resolve(TOKENS.sentCache),
          clock: from.resolve(TOKENS.clock),
          random: from.resolve(TOKENS.random),
          ...traced(
            { sender: from.resolve(TOKENS.sender), observer: from.resolve(TOKENS.observer) },
            from.resolve(TOKENS.target),
          ),
        },
        dispatcherSettings(from.resolve(TOKENS.config)),
      ),
  );
  made(TOKENS.retention, (from) => {
    const { retention } = from.resolve(TOKENS.config);
    return retention.keep === undefined
      ? null
      : new RetentionJob(
          from.resolve(TOKENS.messages),
          { keepMs: retention.keep, intervalMs: retention.interval },
          from.resolve(TOKENS.clock),
          from.resolve(TOKENS.log),
        );
  });
  made(TOKENS.httpApp, (from) => {
    const config = from.resolve(TOKENS.config);
    const clock = from.resolve(TOKENS.clock);
    const isShuttingDown = from.resolve(TOKENS.isShuttingDown);
    const log = from.resolve(TOKENS.log);
    const target = from.resolve(TOKENS.target);
    const token = sandboxToken(target);
    const refusedKeys = new RefusedKeyLog(log, clock);
    return createHttpApp({
      messages: from.resolve(TOKENS.messages),
      dispatcher: dispatcherUseCases(from.resolve(TOKENS.dispatcher), isShuttingDown),
      clock,
      deliverySwitch: deliverySwitchOf(from.resolve(TOKENS.repository)),
      health: healthChecks(from.resolve(TOKENS.repository), from.resolve(TOKENS.sentCache)),
      isShuttingDown,
      events: from.resolve(TOKENS.events),
      metrics: from.resolve(TOKENS.metrics),
      dashboard: {
        feed: from.resolve(TOKENS.dashboard),
        target: shownTarget(target),
        ratePerSecond: config.processor.ratePerSecond ?? null,
      },
      rules: messageRules(config),
      traceContext: activeTraceContext,
      apiKeys: apiKeysOption(config.server),
      ...browserGuard(config),
      corsOrigins: config.server.corsOrigins ?? [],
      publicPath: config.server.publicPath,
      limits: { maxBodyBytes: config.server.maxBodyBytes, requestTimeoutMs: config.server.requestTimeout },
      trustedProxies: config.server.trustedProxies ?? [],
      onRefusedKey: (refused) => {
        from.resolve(TOKENS.metrics).keyRefused(refused);
        refusedKeys.tell(refused);
      },
      onOperation: (operation) => {
        const { level, fields, text } = operationLine(operation);
        log[level](fields, text);
      },
      onFault: (fault) => {
        const { level, fields, text } = faultLine(fault);
        log[level](fields, text);
      },
      ...(target.isSandbox
        ? {
            sandbox: new SandboxReceiver({
              clock,
              apiKeyHeader: config.client.apiKeyHeader,
              ...(token === undefined ? {} : { token }),
            }),
          }
        : {}),
    });
  });
  return parts;
}

/** Null: this process delivers itself. */
function workerPool(from: DependencyContainer): WorkerPool | null {
  const config = from.resolve(TOKENS.config);
  const log = from.resolve(TOKENS.log);
  if (config.server.workers === 1) return null;
  const watchers = [
    from.resolve(TOKENS.events),
    from.resolve(TOKENS.metrics),
    from.resolve(TOKENS.dashboard),
  ];
  return new WorkerPool({
    config,
    target: from.resolve(TOKENS.target),
    log,
    clock: from.resolve(TOKENS.clock),
    observerFor: (worker) => new FanOutObserver([new LogObserver(log.child({ worker })), ...watchers]),
  });
}
