import { previewRequest } from '@messaging-system/adapters-webhook';
import { identifiersOf } from '@messaging-system/adapters-webhook/contract';
import { type PreviewedMessage, type RequestPreview, storedFrom } from '@messaging-system/core/adapter';
import { SystemClock } from '@messaging-system/core/system-clock';
import type { DashboardOptions } from '@messaging-system/http-hono';
import { identifiedRequest } from '../config/client-contract.ts';
import type { Config } from '../config/config.ts';
import { type WebhookTarget, webhookTarget } from '../config/webhook-target.ts';
import { webhookOptions } from './webhook-sender.ts';

// Only the sandbox has the address of the server.
const NOWHERE = 'http://127.0.0.1';

/** The request that a message would make by this configuration. */
export function previewOf(
  config: Config,
  given: PreviewedMessage,
  target: WebhookTarget = webhookTarget(config, NOWHERE),
): RequestPreview {
  const clock = new SystemClock();
  const { message } = storedFrom(given.id, { ...given, sendAt: null, createdAt: clock.now() });
  return previewRequest(webhookOptions(config, withoutToken(target), clock), message);
}

/** Where the requests of this configuration carry the id of their message. */
export function idInRequest(config: Config): NonNullable<DashboardOptions['idInRequest']> {
  const identifiers = identifiersOf(identifiedRequest(config));
  if (identifiers.has('webhook-id')) return 'webhook-id';
  return identifiers.has('id') ? 'elsewhere' : 'nowhere';
}

/** The query of the sandbox is a token. */
function withoutToken(target: WebhookTarget): WebhookTarget {
  if (!target.isSandbox) return target;
  const { origin, pathname } = new URL(target.url);
  return { ...target, url: origin + pathname };
}
