import type { SentRecord } from '@messaging-system/core/adapter';
import { parseInstant } from './rfc3339.ts';

/** A record's value as the Go service writes it; a receiver that gave no id is an empty text there. */
export function encodeSent({ webhookMessageId, sentAt }: SentRecord): string {
  return JSON.stringify({ messageId: webhookMessageId ?? '', sentAt: new Date(sentAt).toISOString() });
}

/** Reads a value of ours or of the Go service. Null when it does not say when the message was sent. */
export function decodeSent(id: string, value: string): SentRecord | null {
  const { messageId = '', sentAt } = fieldsOf(value);
  if (typeof messageId !== 'string' || typeof sentAt !== 'string') return null;
  const at = parseInstant(sentAt);
  return at === null ? null : { id, webhookMessageId: messageId === '' ? null : messageId, sentAt: at };
}

function fieldsOf(value: string): { readonly messageId?: unknown; readonly sentAt?: unknown } {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
