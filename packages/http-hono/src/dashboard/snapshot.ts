import type { Clock } from '@messaging-system/core';
import type { DeliverySwitch } from '../access/delivery-switch.ts';
import { askDependencies, type HealthChecks } from '../health/readiness.ts';
import type { DispatcherUseCases, MessagesUseCases } from '../http-app-dependencies.ts';
import { readProcessor } from '../routes/processor.ts';
import type { ProcessorJson } from '../schemas/processor.ts';
import type { CheckJson } from '../schemas/readiness.ts';
import type { Activity, DashboardFeed } from './dashboard-feed.ts';

export interface SnapshotDependencies {
  readonly messages: MessagesUseCases;
  readonly dispatcher: DispatcherUseCases;
  readonly clock: Clock;
  readonly deliverySwitch?: DeliverySwitch | undefined;
  readonly probeTimeoutMs: number;
  readonly checks: HealthChecks;
  readonly feed: DashboardFeed;
}

/** How things stand at one moment. */
export interface Snapshot {
  /** Epoch ms. */
  readonly at: number;
  readonly processor: ProcessorJson;
  readonly checks: Readonly<Record<string, CheckJson>>;
  readonly activity: Activity;
}

export async function takeSnapshot(dependencies: SnapshotDependencies): Promise<Snapshot> {
  const { clock, checks, probeTimeoutMs, feed } = dependencies;
  const [processor, answers] = await Promise.all([
    readProcessor(dependencies),
    askDependencies(checks, clock, probeTimeoutMs),
  ]);
  return { at: clock.now(), processor, checks: answers, activity: feed.activity() };
}
