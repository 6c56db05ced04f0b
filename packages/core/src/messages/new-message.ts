import type { NewMessage } from '../message/message.ts';
import type { EnqueueRequest } from './enqueue-request.ts';

/** What a store is given for a request; `active` is the span that it was made in. */
export function newMessage(request: EnqueueRequest, createdAt: number, active: string | null): NewMessage {
  return {
    phoneNumber: request.phoneNumber,
    content: request.content,
    idempotencyKey: request.idempotencyKey ?? null,
    sendAt: request.sendAt ?? null,
    expiresAt: request.expiresAt ?? null,
    createdAt,
    traceparent: request.traceparent === undefined ? active : request.traceparent,
  };
}
