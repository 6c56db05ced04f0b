import type { Clock, MessageRules } from '@messaging-system/core';
import type { ApiKeysOption } from '../access/api-keys.ts';
import type { Operation } from '../access/operations.ts';
import type { OnRefusedKey } from '../access/refused-keys.ts';
import type { HttpFault } from '../errors/on-error.ts';
import type { HealthCheck } from '../health/health-check.ts';
import type { DispatcherUseCases, MessagesUseCases } from '../http-app-dependencies.ts';
import type { BrowserGuard } from '../middleware/refuse-other-sites.ts';
import type { SandboxReceiver } from '../sandbox/sandbox-receiver.ts';
import type { DashboardFeed } from './dashboard-feed.ts';

/** What is particular to the dashboard. */
export interface DashboardOptions {
  readonly feed: DashboardFeed;
  /** Where messages go, for people to read; give no secret. */
  readonly target?: string;
  /** The dispatcher's `ratePerSecond`, to be shown. */
  readonly ratePerSecond?: number | null;
}

export interface DashboardDependencies extends DashboardOptions {
  readonly messages: MessagesUseCases;
  readonly dispatcher: DispatcherUseCases;
  readonly clock: Clock;
  /** Any of these that may read logs in. `none`: nobody is asked. */
  readonly apiKeys: ApiKeysOption;
  /** As of `createHttpApp`. */
  readonly browserGuard?: BrowserGuard | 'off';
  readonly rules?: MessageRules;
  readonly health?: Readonly<Record<string, HealthCheck>>;
  readonly sandbox?: SandboxReceiver;
  /** The document that `/docs` shows; without it there is no such page. */
  readonly openApi?: (mountedAt: string) => unknown;
  readonly maxBodyBytes?: number;
  /** The most that all forms that are being read may hold together, in bytes. */
  readonly maxTotalBodyBytes?: number;
  readonly probeTimeoutMs?: number;
  readonly onOperation?: (operation: Operation) => void;
  /** As of `createHttpApp`. */
  readonly publicPath?: string | undefined;
  /** As of `createHttpApp`. */
  readonly trustedProxies?: readonly string[];
  readonly onRefusedKey?: OnRefusedKey;
  readonly onFault?: (fault: HttpFault) => void;
}
