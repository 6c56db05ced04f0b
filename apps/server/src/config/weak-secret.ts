/** 16 hexadecimal digits are 64 bits, too many to guess over a network. */
export const SHORTEST_SECRET = 16;

/** Published in our examples, and in the specification of Standard Webhooks. */
const PLACEHOLDER = /^(?:replace|change)[-_ ]?(?:me|this)/i;
const PUBLISHED: ReadonlySet<string> = new Set(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']);

/**
 * Why a secret protects nothing; null when that cannot be said. `isLocal`: only this machine sees what it protects,
 * so that a short one for trying things out is enough. Never quotes the secret.
 */
export function weakSecret(secret: string, isLocal: boolean): string | null {
  if (PLACEHOLDER.test(secret)) return 'is still the placeholder of an example';
  if (isLocal) return null;
  if (PUBLISHED.has(secret)) return 'is a published example that everybody knows';
  return secret.length < SHORTEST_SECRET ? `has fewer than ${SHORTEST_SECRET} characters` : null;
}
