import type { Message } from '@messaging-system/core';
import type { RequestPreview } from '@messaging-system/core/adapter';
import { UnbuildableMessageError } from './contract/unbuildable-message-error.ts';
import { byName } from './request-hooks.ts';
import type { WebhookSenderOptions } from './webhook-sender-options.ts';
import { webhookSettings } from './webhook-settings.ts';

/**
 * Builds the request of a message as a sender with these options does, and sends nothing. No token is fetched and no hook but `buildBody` is called.
 * @throws InvalidOptionsError naming every problem, and what `buildBody` throws
 */
export function previewRequest(options: WebhookSenderOptions, message: Message): RequestPreview {
  const settings = webhookSettings(options);
  const { plan, url } = settings;
  try {
    const { method = 'POST', path, headers, body } = plan.build(message, { attempt: 1 }, settings);
    const shown = byName(headers);
    if (plan.credentials !== null) shown.authorization = 'Bearer •••';
    return {
      kind: 'request',
      method,
      url: plan.isUrlSecret
        ? `${url.origin}/•••`
        : plan.mask.apply(url.origin + (path ?? url.pathname + url.search)),
      headers: Object.fromEntries(
        Object.entries(shown).map(([name, value]) => [name, plan.mask.apply(value)]),
      ),
      body: plan.mask.apply(body),
    };
  } catch (error) {
    if (error instanceof UnbuildableMessageError) return { kind: 'unbuildable', reason: error.reason };
    throw error;
  }
}
