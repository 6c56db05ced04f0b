import type { TraceContext } from '@messaging-system/core/adapter';
import type { DashboardOptions } from './dashboard/index.ts';
import type { LiveEvents } from './events/live-events.ts';
import type { MetricsSource } from './health/health-routes.ts';
import type { HttpLimits } from './http-limits.ts';
import type { SharedDependencies } from './shared-dependencies.ts';

export interface HttpAppDependencies extends SharedDependencies {
  /** True once the process is about to end: `/readyz` then says `draining`. */
  readonly isShuttingDown?: () => boolean;
  /** Adds `GET /events`. */
  readonly events?: LiveEvents;
  /** Adds `GET /metrics`. */
  readonly metrics?: MetricsSource;
  /** Adds the dashboard at `/`, and the reader of this API at `/docs`. */
  readonly dashboard?: DashboardOptions;
  /**
   * The sites whose pages may use the API from a browser (CORS), as browsers name them in `Origin`: `https://admin.example.com`. `*` is every site; give
   * it with `apiKeys` only. None: browsers keep answers from other sites.
   */
  readonly corsOrigins?: readonly string[];
  /** Headers of the answers of `GET /processor`, for what a host tells only those who may read: that route asks for a key. */
  readonly processorHeaders?: Readonly<Record<string, string>>;
  readonly limits?: Partial<HttpLimits>;
  /** Where requests are traced: what is enqueued belongs to the active span. Else it belongs to the request's `traceparent`. */
  readonly traceContext?: TraceContext;
}
