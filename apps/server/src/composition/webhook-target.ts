import type { Config } from '../config/config.ts';

/** Where messages go. */
export interface WebhookTarget {
  readonly url: string;
  readonly isSandbox: boolean;
}

export function webhookTarget({ client }: Config, ownUrl: string): WebhookTarget {
  return client.url === undefined
    ? { url: `${ownUrl}/sandbox/webhook`, isSandbox: true }
    : { url: client.url, isSandbox: false };
}

/** For a log line: a query can be a secret. */
export function shownTarget({ url, isSandbox }: WebhookTarget): string {
  const { origin, pathname } = new URL(url);
  return isSandbox ? 'sandbox' : `${origin}${pathname}`;
}
