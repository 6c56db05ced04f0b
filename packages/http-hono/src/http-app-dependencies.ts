import type {
  Clock,
  Dispatcher,
  DispatcherStatus,
  MessageRules,
  Messages,
  TraceContext,
} from '@messaging-system/core';
import type { ApiKeysOption } from './access/api-keys.ts';
import type { DeliverySwitch } from './access/delivery-switch.ts';
import type { Operation } from './access/operations.ts';
import type { OnRefusedKey } from './access/refused-keys.ts';
import type { DashboardOptions } from './dashboard/dashboard-dependencies.ts';
import type { HttpFault } from './errors/on-error.ts';
import type { LiveEvents } from './events/live-events.ts';
import type { HealthCheck } from './health/health-check.ts';
import type { HttpLimits } from './http-limits.ts';
import type { BrowserGuard } from './middleware/refuse-other-sites.ts';
import type { MetricsSource } from './routes/metrics.ts';
import type { SandboxReceiver } from './sandbox/sandbox-receiver.ts';
import type { WorkersStatus } from './schemas/workers.ts';

/** What the API does with messages; core's `Messages` fits. */
export type MessagesUseCases = Pick<
  Messages,
  | 'enqueue'
  | 'enqueueMany'
  | 'find'
  | 'list'
  | 'counts'
  | 'oldestDueAgeMs'
  | 'cancel'
  | 'cancelMatching'
  | 'redrive'
  | 'redriveMatching'
  | 'erase'
>;

/** Of one dispatcher, or of several in worker processes taken together. */
export interface ProcessorStatus extends DispatcherStatus {
  /** Absent: the process that answers delivers itself. */
  readonly workers?: WorkersStatus;
}

/** What the API does with the dispatcher of its process, or with those of its workers; core's `Dispatcher` fits. */
export interface DispatcherUseCases extends Pick<Dispatcher, 'start' | 'stop' | 'dispatchOnce'> {
  status(): ProcessorStatus;
}

export interface HttpAppDependencies {
  readonly messages: MessagesUseCases;
  readonly dispatcher: DispatcherUseCases;
  readonly clock: Clock;
  /** Adds `POST /processor/stop-all` and `/processor/start-all`: `deliverySwitchOf(repository)`. */
  readonly deliverySwitch?: DeliverySwitch | undefined;
  /** The dependencies that `/readyz` asks, by name. */
  readonly health?: Readonly<Record<string, HealthCheck>>;
  /** True once the process is about to end: `/readyz` then says `draining`. */
  readonly isShuttingDown?: () => boolean;
  /** Adds the sandbox's routes. */
  readonly sandbox?: SandboxReceiver;
  /** Adds `GET /events`. */
  readonly events?: LiveEvents;
  /** Adds `GET /metrics`. */
  readonly metrics?: MetricsSource;
  /** Adds the dashboard at `/`, and the reader of this API at `/docs`. */
  readonly dashboard?: DashboardOptions;
  /** Any of these is asked for as a bearer token, and opens what its scopes allow. `none`: nobody is asked, see `browserGuard`. */
  readonly apiKeys: ApiKeysOption;
  /**
   * Keeps pages of other sites out. Where `apiKeys` is `none` it is in force unless given otherwise, and answers to the names of this machine only: name the
   * host names that the API is reached by, or say `off` where an access control of your own stands in front. With keys it is off unless given.
   */
  readonly browserGuard?: BrowserGuard | 'off';
  /**
   * The sites whose pages may use the API from a browser (CORS), as browsers name them in `Origin`: `https://admin.example.com`. `*` is every site; give
   * it with `apiKeys` only. None: browsers keep answers from other sites.
   */
  readonly corsOrigins?: readonly string[];
  /** The rules that `messages` has, so that they are documented; core's default ones unless given. */
  readonly rules?: MessageRules;
  readonly limits?: Partial<HttpLimits>;
  /** Where requests are traced: what is enqueued belongs to the active span. Else it belongs to the request's `traceparent`. */
  readonly traceContext?: TraceContext;
  /** Is told what operators did, and with which key: start, stop, dispatch, cancel, redrive, erase. What it throws is dropped. */
  readonly onOperation?: (operation: Operation) => void;
  /**
   * The path prefix that a proxy in front removes, such as `/messaging`. Links, redirects, `Location`, the cookie's path and the OpenAPI document
   * begin with it. The app finds out by itself where it is mounted in another Hono app.
   */
  readonly publicPath?: string | undefined;
  /**
   * The addresses or networks (`10.0.0.0/8`) of the proxies in front. Only their `X-Forwarded-For` is believed. Without them all clients behind a
   * proxy share its address, and with it the delay that wrong keys cause at the login of the dashboard.
   */
  readonly trustedProxies?: readonly string[];
  /** Is told of every key that is refused, by the API or the login of the dashboard. What it throws is dropped. */
  readonly onRefusedKey?: OnRefusedKey;
  /** Is told of faults: what a port threw, and what nobody expected. */
  readonly onFault?: (fault: HttpFault) => void;
}
