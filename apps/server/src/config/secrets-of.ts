import { keyTexts } from './api-keys-of.ts';
import type { Config } from './config.ts';

// A shorter one would black out half of every line by chance, and protects nothing.
const SHORTEST = 4;

/** Every text of a configuration that must not be printed, for blacking out what a driver's error may quote. */
export function secretsOf({ server, client, mongo, postgres, redis }: Config): readonly string[] {
  return [
    ...keyTexts(server),
    ...(client.signingSecret ?? []),
    ...(client.apiKey === undefined ? [] : [client.apiKey]),
    ...(redis.password === undefined ? [] : [redis.password]),
    ...[mongo.uri, postgres.uri, postgres.listenUri, redis.uri].flatMap((uri) =>
      uri === undefined ? [] : passwordsOf(uri),
    ),
  ].filter((secret) => secret.length >= SHORTEST);
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
