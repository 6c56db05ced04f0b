import type { ApiKeyOption, ApiKeysOption } from '@messaging-system/http-hono';
import type { Config } from './config.ts';

/** Every key that the server takes; those of `server.apiKey` first, which have no name and may do everything. */
export function apiKeysOf({
  apiKey = [],
  apiKeys = [],
}: Pick<Config['server'], 'apiKey' | 'apiKeys'>): readonly ApiKeyOption[] {
  return [...apiKey, ...apiKeys];
}

/** The same as `createHttpApp` takes them. */
export function apiKeysOption(server: Pick<Config['server'], 'apiKey' | 'apiKeys'>): ApiKeysOption {
  const keys = apiKeysOf(server);
  return keys.length === 0 ? 'none' : keys;
}

/** The keys themselves. */
export function keyTexts(server: Pick<Config['server'], 'apiKey' | 'apiKeys'>): readonly string[] {
  return apiKeysOf(server).map((key) => (typeof key === 'string' ? key : key.key));
}
