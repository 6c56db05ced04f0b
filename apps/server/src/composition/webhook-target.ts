import type { Config } from '../config/config.ts';

/** Where messages go. */
export interface WebhookTarget {
  readonly url: string;
  readonly isSandbox: boolean;
}

export function webhookTarget({ client }: Config, ownUrl: string): WebhookTarget {
  return client.url === undefined
    ? { url: `${ownUrl}/sandbox/webhook`, isSandbox: true }
    : { url: withPath(client.url, client.path), isSandbox: false };
}

/** As the Go service joins them: one slash between them, whatever `client.url` ends with. */
function withPath(given: string, path: string | undefined): string {
  if (path === undefined || path === 'none') return given;
  const url = new URL(given);
  url.pathname = url.pathname.replace(/\/+$/, '') + path;
  return url.href;
}

/** For a log line: a query can be a secret. */
export function shownTarget({ url, isSandbox }: WebhookTarget): string {
  const { origin, pathname } = new URL(url);
  return isSandbox ? 'sandbox' : `${origin}${pathname}`;
}
