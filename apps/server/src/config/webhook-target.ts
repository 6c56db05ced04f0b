import { randomBytes } from 'node:crypto';
import { apiKeysOf } from './api-keys-of.ts';
import type { Config } from './config.ts';

/** Where messages go. */
export interface WebhookTarget {
  readonly url: string;
  readonly isSandbox: boolean;
}

export function webhookTarget({ client, server }: Config, ownUrl: string): WebhookTarget {
  if (client.url !== undefined) return { url: withPath(client.url, client.path), isSandbox: false };
  const url = `${ownUrl}/sandbox/webhook`;
  if (apiKeysOf(server).length === 0) return { url, isSandbox: true };
  return { url: `${url}?token=${randomBytes(32).toString('base64url')}`, isSandbox: true };
}

/** The token by which the sandbox recognizes the deliveries of its own server. Undefined where the API asks for no key either. */
export function sandboxToken({ url }: WebhookTarget): string | undefined {
  return new URL(url).searchParams.get('token') ?? undefined;
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
