import type { SendOutcome, WebhookSender } from '@messaging-system/core/adapter';
import type { WebhookWireFormatHarness } from '../../../src/index.ts';
import { type BrokenSender, openNodeHttpSender } from '../../webhook/node-http-harness.ts';
import { REFERENCE_PARTS, type SenderConfig, type SenderParts } from '../../webhook/sender-parts.ts';
import type { Double } from '../register-doubles.ts';

/** The reference sender with one thing wrong. */
export function wrongSender(name: string, broken: BrokenSender): Double<WebhookWireFormatHarness> {
  return { name, open: () => openNodeHttpSender(broken), concurrency: 6 };
}

/** The reference sender with one of its decisions wrong. */
export function wrongPart(name: string, parts: Partial<SenderParts>): Double<WebhookWireFormatHarness> {
  return wrongSender(name, { parts });
}

/** The reference sender that takes some statuses for something else; `undefined` leaves a status as it is. */
export function classifies(
  name: string,
  as: (status: number) => SendOutcome | undefined,
): Double<WebhookWireFormatHarness> {
  return wrongPart(name, {
    ...REFERENCE_PARTS,
    classify(status, headers) {
      return as(status) ?? REFERENCE_PARTS.classify.call(this, status, headers);
    },
  });
}

/** A sender in front of the reference. */
export function inFrontOf(
  name: string,
  send: (reference: WebhookSender, config: SenderConfig) => WebhookSender['send'],
): Double<WebhookWireFormatHarness> {
  return wrongSender(name, {
    around: (reference, config) => ({
      timeoutMs: reference.timeoutMs,
      send: send(reference, config),
    }),
  });
}
