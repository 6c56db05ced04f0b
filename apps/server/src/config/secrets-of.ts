import { authProblems, authSecrets, PRESETS } from '@messaging-system/adapters-webhook/contract';
import { keyTexts } from './api-keys-of.ts';
import type { Config } from './config.ts';

// A shorter one would black out half of every line by chance, and protects nothing.
const SHORTEST = 4;

/** Every text of a configuration that must not be printed, for blacking out what a driver's error may quote. */
export function secretsOf({
  server,
  client,
  mongo,
  postgres,
  redis,
  filledSecrets = [],
}: Config): readonly string[] {
  return [
    ...keyTexts(server),
    ...(client.signingSecret ?? []),
    ...(client.apiKey === undefined ? [] : [client.apiKey]),
    ...filledSecrets,
    ...(client.auth === undefined ? [] : secretsOfAuth(client.auth)),
    ...secretHeaders(client),
    ...secretPath(client),
    ...(redis.password === undefined ? [] : [redis.password]),
    ...[mongo.uri, postgres.uri, postgres.listenUri, redis.uri].flatMap((uri) =>
      uri === undefined ? [] : passwordsOf(uri),
    ),
  ].filter((secret) => secret.length >= SHORTEST);
}

/** Wrong credentials are reported elsewhere; they have no secret that can be named. */
function secretsOfAuth(auth: NonNullable<Config['client']['auth']>): readonly string[] {
  return authProblems(auth).length === 0 ? authSecrets(auth) : [];
}

const PLAIN_HEADERS: ReadonlySet<string> = new Set(['accept', 'content-type', 'user-agent']);

/** A header that is the same for every message is most likely there for its secret. */
function secretHeaders({ headers = {} }: Config['client']): readonly string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    PLAIN_HEADERS.has(name.toLowerCase()) || value.includes('{') ? [] : [value],
  );
}

function secretPath({ url, preset }: Config['client']): readonly string[] {
  if (url === undefined || preset === undefined || PRESETS[preset].secretUrl !== true) return [];
  const { pathname } = new URL(url);
  return [pathname, ...pathname.split('/').slice(-1)];
}

/** As they are written and as they are meant. No URL parser: one of MongoDB or Redis may name several hosts. */
function passwordsOf(uri: string): readonly string[] {
  const written = [
    /^[^:]+:\/\/[^/?#@]*?:([^/?#]*)@/.exec(uri)?.[1],
    /[?&](?:sentinelP|p)assword=([^&#]*)/.exec(uri)?.[1],
  ].filter((text) => text !== undefined);
  return [...new Set(written.flatMap((text) => [text, decoded(text)]))];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
