import { previewRequest } from '@messaging-system/adapters-webhook';
import type { PreviewedMessage, RequestPreview } from '@messaging-system/cli';
import type { Message } from '@messaging-system/core';
import { SystemClock } from '@messaging-system/core/system-clock';
import type { Config } from '../config/config.ts';
import { webhookTarget } from '../config/webhook-target.ts';
import { webhookOptions } from './webhook-sender.ts';

// Only the sandbox has the address of the server.
const NOWHERE = 'http://127.0.0.1';

/** The request that a message would make by this configuration. */
export function previewOf(config: Config, given: PreviewedMessage): RequestPreview {
  const clock = new SystemClock();
  const now = clock.now();
  const message: Message = {
    status: 'unsent',
    webhookMessageId: null,
    sentAt: null,
    createdAt: now,
    sendAt: null,
    dueAt: now,
    availableAt: now,
    leasedUntil: null,
    settledAt: null,
    attempts: 0,
    lostLeases: 0,
    reason: null,
    history: [],
    traceparent: null,
    ...given,
  };
  return previewRequest(webhookOptions(config, webhookTarget(config, NOWHERE), clock), message);
}
