import { randomBytes } from 'node:crypto';
import { PRESETS } from '@messaging-system/adapters-webhook/contract';
import { apiKeysOf } from './api-keys-of.ts';
import type { Config } from './config.ts';

/** Where messages go. */
export interface WebhookTarget {
  readonly url: string;
  readonly isSandbox: boolean;
  /** Its path is a credential. */
  readonly isSecret?: true;
}

export function webhookTarget({ client, server }: Config, ownUrl: string): WebhookTarget {
  const given = targetUrl(client);
  if (given !== undefined) {
    const isSecret = client.preset !== undefined && PRESETS[client.preset].secretUrl === true;
    return { url: withPath(given, client.path), isSandbox: false, ...(isSecret && { isSecret }) };
  }
  const url = `${ownUrl}/sandbox/webhook`;
  if (apiKeysOf(server).length === 0) return { url, isSandbox: true };
  return { url: `${url}?token=${randomBytes(32).toString('base64url')}`, isSandbox: true };
}

/** `client.url`, or what the preset has in its place; undefined where neither is. */
export function targetUrl({ url, preset }: Pick<Config['client'], 'url' | 'preset'>): string | undefined {
  return url ?? (preset === undefined ? undefined : (PRESETS[preset].base ?? undefined));
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
export function shownTarget({ url, isSandbox, isSecret }: WebhookTarget): string {
  const { origin, pathname } = new URL(url);
  if (isSandbox) return 'sandbox';
  return isSecret === true ? `${origin}/•••` : `${origin}${pathname}`;
}
