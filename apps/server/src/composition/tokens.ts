import type {
  Clock,
  Dispatcher,
  DispatcherObserver,
  MessageRepository,
  Messages,
  Random,
  SentCache,
} from '@messaging-system/core';
import type { DashboardFeed, HttpApp, LiveEvents } from '@messaging-system/http-hono';
import type { PrometheusMetrics } from '@messaging-system/http-hono/metrics';
import type { Logger } from 'pino';
import type { InjectionToken } from 'tsyringe';
import type { Config } from '../config/config.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import type { RetentionJob } from './retention-job.ts';
import type { ClosableSender } from './webhook-sender.ts';
import type { WebhookTarget } from './webhook-target.ts';

function token<Value>(name: string): InjectionToken<Value> {
  return Symbol(name);
}

/** What the container hands out, by explicit names: nothing is wired by the types of constructors. */
export const TOKENS = {
  config: token<Config>('config'),
  log: token<Logger>('log'),
  clock: token<Clock>('clock'),
  random: token<Random>('random'),
  repository: token<MessageRepository>('repository'),
  sentCache: token<SentCache>('sent cache'),
  target: token<WebhookTarget>('target'),
  observer: token<DispatcherObserver>('observer'),
  events: token<LiveEvents>('events'),
  metrics: token<PrometheusMetrics>('metrics'),
  dashboard: token<DashboardFeed>('dashboard'),
  sender: token<ClosableSender>('sender'),
  messages: token<Messages>('messages'),
  /** Of this process, or those of its workers. */
  dispatcher: token<Dispatcher | WorkerPool>('dispatcher'),
  isShuttingDown: token<() => boolean>('is shutting down'),
  /** Null: nothing is ever removed. */
  retention: token<RetentionJob | null>('retention'),
  httpApp: token<HttpApp>('http app'),
} as const;
