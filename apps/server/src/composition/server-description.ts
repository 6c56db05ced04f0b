import { descriptionHeaders, type ServerDescription } from '@messaging-system/cli';
import type { Config } from '../config/config.ts';
import { shownTarget, webhookTarget } from '../config/webhook-target.ts';
import type { Fetch } from './open-http-server.ts';
import { storeName } from './stores.ts';

// The sandbox is called so wherever the server answers.
const SOMEWHERE = 'http://127.0.0.1';

/** The description that a server with this configuration gives of itself. */
export async function expectedDescription(config: Config): Promise<ServerDescription> {
  return { target: shownTarget(webhookTarget(config, SOMEWHERE)), store: await storeName(config) };
}

/**
 * Adds the description to good answers of `GET /processor`, as headers: whoever reads these has the API key, where one is asked for.
 */
export function describing(fetch: Fetch, description: ServerDescription): Fetch {
  const headers = Object.entries(descriptionHeaders(description));
  return async (request, env) => {
    const response = await fetch(request, env);
    if (response.status === 200 && request.method === 'GET' && isProcessor(request.url)) {
      for (const [name, value] of headers) response.headers.set(name, value);
    }
    return response;
  };
}

function isProcessor(url: string): boolean {
  return new URL(url).pathname === '/processor';
}
