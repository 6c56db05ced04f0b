import { previewRequest } from '@messaging-system/adapters-webhook';
import { type PreviewedMessage, type RequestPreview, storedFrom } from '@messaging-system/core/adapter';
import { SystemClock } from '@messaging-system/core/system-clock';
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

/** The query of the sandbox is a token. */
function withoutToken(target: WebhookTarget): WebhookTarget {
  if (!target.isSandbox) return target;
  const { origin, pathname } = new URL(target.url);
  return { ...target, url: origin + pathname };
}
