import type { ContractChoice, IdentifiedRequest } from '@messaging-system/adapters-webhook/contract';
import type { Config } from './config.ts';

const HOLE = /\{(?:phoneNumber|content|id|idempotencyKey|attempt|secondsLeft|metadata|with)[.}]/;

/** The contract that the configuration has with its provider; undefined without one: then everything is as it always was. */
export function clientContract({ client }: Pick<Config, 'client'>): ContractChoice | undefined {
  const { preset, with: blanks, method, encoding, headers, body, accept, reject, messageId, url } = client;
  const given = { preset, with: blanks, method, encoding, headers, body, accept, reject, messageId };
  if (Object.values(given).some((value) => value !== undefined)) return given;
  return url !== undefined && HOLE.test(url) ? { ...given, method: 'POST' } : undefined;
}

/** The part of the configuration that decides by what a receiver recognises a repeat. */
export function identifiedRequest(config: Pick<Config, 'client'>): IdentifiedRequest {
  const { url, signingSecret } = config.client;
  return { contract: clientContract(config), url, isSigned: (signingSecret ?? []).length > 0 };
}
