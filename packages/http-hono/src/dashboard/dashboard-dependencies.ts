import type { PreviewedMessage, RequestPreview } from '@messaging-system/core/adapter';
import type { SharedDependencies } from '../shared-dependencies.ts';
import type { DashboardFeed } from './dashboard-feed.ts';

export type IdInRequest = 'webhook-id' | 'elsewhere' | 'nowhere';

/** Options of the dashboard alone. */
export interface DashboardOptions {
  readonly feed: DashboardFeed;
  /** Where messages go, for people to read; give no secret. */
  readonly target?: string;
  /** The dispatcher's `ratePerSecond`, to be shown. */
  readonly ratePerSecond?: number | null;
  /** Adds a button to the page for a new message that shows its request; give no secret. `previewRequest` of the webhook adapter makes one. */
  readonly previewRequest?: (message: PreviewedMessage) => RequestPreview;
  /** Where requests carry the id of the message: in the header `webhook-id` (the default), in another place, or not at all. */
  readonly idInRequest?: IdInRequest;
}

export interface DashboardDependencies extends SharedDependencies, DashboardOptions {
  /** The document that `/docs` shows; without it there is no such page. */
  readonly openApi?: (mountedAt: string) => unknown;
  readonly maxBodyBytes?: number;
  /** The most that all forms that are being read may hold together, in bytes. */
  readonly maxTotalBodyBytes?: number;
  readonly probeTimeoutMs?: number;
}
