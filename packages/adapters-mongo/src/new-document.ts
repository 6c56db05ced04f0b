import type { StoredMessage } from '@messaging-system/core';
import { ObjectId } from 'mongodb';
import type { StoredDocument } from './stored-document.ts';

/** A new message as it is stored: the Go service's fields, and of ours those that have a value. */
export function newDocument(message: StoredMessage): StoredDocument {
  return {
    _id: ObjectId.createFromHexString(message.id),
    phoneNumber: message.phoneNumber,
    content: message.content,
    status: message.status,
    ...dated('createdAt', message.createdAt),
    ...dated('sendAt', message.sendAt),
    ...dated('expiresAt', message.expiresAt),
    ...given('idempotencyKey', message.idempotencyKey),
    ...given('traceparent', message.traceparent),
    ...dated('dueAt', message.dueAt),
    ...dated('availableAt', message.availableAt),
  };
}

function given(field: string, text: string | null): { readonly [field: string]: string } {
  return text === null ? {} : { [field]: text };
}

function dated(field: string, at: number | null): { readonly [field: string]: Date } {
  return at === null ? {} : { [field]: new Date(at) };
}
