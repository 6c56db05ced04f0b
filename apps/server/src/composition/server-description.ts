import type { Config } from '../config/config.ts';
import { shownTarget, webhookTarget } from '../config/webhook-target.ts';
import type { Fetch } from './open-http-server.ts';
import { storeName } from './stores.ts';

/** What a server delivers from and to, as its log says it: no secret, and no query of a URL. */
export interface ServerDescription {
  readonly target: string;
  readonly store: string;
}

const TARGET = 'messaging-target';
const STORE = 'messaging-store';
// The sandbox is called so wherever the server answers.
const SOMEWHERE = 'http://127.0.0.1';

/** What a server with this configuration would say of itself. */
export async function expectedDescription(config: Config): Promise<ServerDescription> {
  return { target: shownTarget(webhookTarget(config, SOMEWHERE)), store: await storeName(config) };
}

/**
 * Adds the description to good answers of `GET /processor`, as headers: whoever reads these has the API key, where one is asked for.
 */
export function describing(fetch: Fetch, { target, store }: ServerDescription): Fetch {
  return async (request, env) => {
    const response = await fetch(request, env);
    if (response.status === 200 && request.method === 'GET' && isProcessor(request.url)) {
      response.headers.set(TARGET, encoded(target));
      response.headers.set(STORE, encoded(store));
    }
    return response;
  };
}

/** Null: it says nothing of itself, as servers of earlier versions. */
export function describedBy(headers: Headers): ServerDescription | null {
  const target = decoded(headers.get(TARGET));
  const store = decoded(headers.get(STORE));
  return target === null || store === null ? null : { target, store };
}

function isProcessor(url: string): boolean {
  return new URL(url).pathname === '/processor';
}

// Names of files may have letters that a header cannot carry.
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function decoded(value: string | null): string | null {
  try {
    return value === null ? null : decodeURIComponent(value);
  } catch {
    return null;
  }
}
