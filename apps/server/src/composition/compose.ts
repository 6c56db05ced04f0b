// tsyringe looks for it when it is loaded.
import 'reflect-metadata';
import { isIPv6 } from 'node:net';
import { activeTraceContext } from '@messaging-system/adapters-opentelemetry';
import { descriptionHeaders, type ServerDescription } from '@messaging-system/cli';
import { type Clock, type DispatcherObserver, FanOutObserver, Messages } from '@messaging-system/core';
import type { MessageRepository, SentCache } from '@messaging-system/core/adapter';
import {
  createHttpApp,
  DashboardFeed,
  type DispatcherUseCases,
  deliverySwitchOf,
  type HttpApp,
  type HttpAppDependencies,
  LiveEvents,
  SandboxReceiver,
} from '@messaging-system/http-hono';
import { PrometheusMetrics } from '@messaging-system/http-hono/metrics';
import type { Logger } from 'pino';
import { container, type DependencyContainer, type InjectionToken, instanceCachingFactory } from 'tsyringe';
import { apiKeysOf, apiKeysOption } from '../config/api-keys-of.ts';
import type { Config } from '../config/config.ts';
import { messageRules } from '../config/message-rules.ts';
import { sandboxToken, type WebhookTarget } from '../config/webhook-target.ts';
import type { LogLine } from '../log/log-line.ts';
import { LogObserver } from '../log/log-observer.ts';
import { faultLine, operationLine } from '../log/operation-line.ts';
import { refusedKeyLog } from '../log/refused-key-log.ts';
import { inThisProcess, type Processor, WorkerPool } from '../workers/index.ts';
import { configuredDispatcher } from './dispatcher.ts';
import { healthChecks } from './health-checks.ts';
import { idInRequest, previewOf } from './preview-of.ts';
import { RetentionJob } from './retention-job.ts';
import { type ClosableSender, webhookSender } from './webhook-sender.ts';

/** The parts that must be open before the rest can be made. */
export interface Foundation {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  readonly repository: MessageRepository;
  readonly sentCache: SentCache;
  readonly target: WebhookTarget;
  readonly description: ServerDescription;
  readonly isShuttingDown: () => boolean;
}

function token<Value>(name: string): InjectionToken<Value> {
  return Symbol(name);
}

/** The container's parts by explicit names: nothing is wired by the types of constructors. */
export const TOKENS = {
  events: token<LiveEvents>('events'),
  dashboard: token<DashboardFeed>('dashboard'),
  metrics: token<PrometheusMetrics>('metrics'),
  observer: token<DispatcherObserver>('observer'),
  sender: token<ClosableSender>('sender'),
  messages: token<Messages>('messages'),
  processor: token<Processor>('processor'),
  /** Null: nothing is ever removed. */
  retention: token<RetentionJob | null>('retention'),
  httpApp: token<HttpApp>('http app'),
} as const;

type Get = <Part>(token: InjectionToken<Part>) => Part;

/** The server's parts, each made once, when it is first asked for. The container opens and closes nothing. */
export function compose(foundation: Foundation): DependencyContainer {
  const { config, log, clock, repository, sentCache, target } = foundation;
  const parts = container.createChildContainer();
  const get: Get = (token) => parts.resolve(token);
  const made = <Part>(token: InjectionToken<Part>, make: () => Part): unknown =>
    parts.register(token, { useFactory: instanceCachingFactory(make) });

  made(TOKENS.events, () => new LiveEvents({ clock }));
  made(TOKENS.dashboard, () => new DashboardFeed({ clock }));
  made(
    TOKENS.metrics,
    () =>
      new PrometheusMetrics({
        clock,
        // Not before they are asked: they are made with this as their observer.
        dispatcher: () => get(TOKENS.processor),
        messages: () => get(TOKENS.messages),
        deliverySwitch: () => deliverySwitchOf(repository),
      }),
  );
  made(
    TOKENS.observer,
    () =>
      new FanOutObserver([
        new LogObserver(log),
        ...watchers(get),
        wakeObserver(() => get(TOKENS.processor).wake()),
      ]),
  );
  made(TOKENS.sender, () => webhookSender(config, target, clock));
  made(
    TOKENS.messages,
    () =>
      new Messages({
        repository,
        sentCache,
        clock,
        observer: get(TOKENS.observer),
        rules: messageRules(config),
        traceContext: activeTraceContext,
      }),
  );
  made(TOKENS.processor, () => processor(foundation, get));
  made(TOKENS.retention, () => {
    const { keep, interval } = config.retention;
    return keep === undefined
      ? null
      : new RetentionJob(get(TOKENS.messages), { keepMs: keep, intervalMs: interval }, clock, log);
  });
  made(TOKENS.httpApp, () => httpApp(foundation, get));
  return parts;
}

function processor({ config, log, clock, repository, sentCache, target }: Foundation, get: Get): Processor {
  if (config.server.workers === 1) {
    const watched = { sender: get(TOKENS.sender), observer: get(TOKENS.observer) };
    return inThisProcess(configuredDispatcher({ config, target, clock, repository, sentCache, ...watched }));
  }
  const observers = watchers(get);
  return new WorkerPool({
    config,
    target,
    log,
    clock,
    observerFor: (worker) => new FanOutObserver([new LogObserver(log.child({ worker })), ...observers]),
  });
}

function httpApp(foundation: Foundation, get: Get): HttpApp {
  const { config, log, clock, repository, sentCache, target, isShuttingDown } = foundation;
  const token = sandboxToken(target);
  const tellRefused = refusedKeyLog(log, clock);
  const write = ({ level, fields, text }: LogLine): void => log[level](fields, text);
  return createHttpApp({
    messages: get(TOKENS.messages),
    dispatcher: untilShutDown(get(TOKENS.processor), isShuttingDown),
    clock,
    deliverySwitch: deliverySwitchOf(repository),
    health: healthChecks(repository, sentCache),
    isShuttingDown,
    events: get(TOKENS.events),
    metrics: get(TOKENS.metrics),
    dashboard: {
      feed: get(TOKENS.dashboard),
      target: foundation.description.target,
      ratePerSecond: config.processor.ratePerSecond ?? null,
      previewRequest: (message) => previewOf(config, message, target),
      idInRequest: idInRequest(config),
    },
    rules: messageRules(config),
    traceContext: activeTraceContext,
    apiKeys: apiKeysOption(config.server),
    ...browserGuard(config),
    corsOrigins: config.server.corsOrigins ?? [],
    publicPath: config.server.publicPath,
    processorHeaders: descriptionHeaders(foundation.description),
    limits: { maxBodyBytes: config.server.maxBodyBytes, requestTimeoutMs: config.server.requestTimeout },
    trustedProxies: config.server.trustedProxies ?? [],
    onRefusedKey: (refused) => {
      get(TOKENS.metrics).keyRefused(refused);
      tellRefused(refused);
    },
    onOperation: (operation) => write(operationLine(operation)),
    onFault: (fault) => write(faultLine(fault)),
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
}

/**
 * Without keys a page in a browser of this machine could use the API, so pages of other sites are kept out. On loopback only its own names are
 * answered to as well; who allows anonymous access from elsewhere may be asked under any name.
 */
function browserGuard({ server }: Config): Pick<HttpAppDependencies, 'browserGuard'> {
  if (apiKeysOf(server).length > 0) return {};
  if (server.allowAnonymous) return { browserGuard: { hosts: 'any' } };
  const own = isIPv6(server.host) ? `[${server.host}]` : server.host;
  return { browserGuard: { hosts: ['localhost', '127.0.0.1', '[::1]', own] } };
}

/** Those that watch every dispatcher, wherever it is. */
function watchers(get: Get): readonly DispatcherObserver[] {
  return [get(TOKENS.events), get(TOKENS.metrics), get(TOKENS.dashboard)];
}

/** Wakes the dispatcher when messages became due in this process, so that they don't wait for the next tick. */
function wakeObserver(wake: () => void): DispatcherObserver {
  return {
    observe: ({ type }) => {
      if (type === 'messages.enqueued' || type === 'messages.redriven') wake();
    },
  };
}

/** For the HTTP API: once the process is about to end, nobody can start it again. */
function untilShutDown(processor: DispatcherUseCases, isShuttingDown: () => boolean): DispatcherUseCases {
  return {
    start: () => {
      if (!isShuttingDown()) processor.start();
    },
    stop: () => processor.stop(),
    status: () => processor.status(),
    dispatchOnce: async () => (isShuttingDown() ? { kind: 'busy' } : await processor.dispatchOnce()),
  };
}
