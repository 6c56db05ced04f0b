import type { Message } from '@messaging-system/core';
import type { SendOutcome } from '@messaging-system/core/adapter';
import type { Attributes } from '@opentelemetry/api';

/** Where the webhook is; nothing of its path, which may be a secret. */
export function targetAttributes(url: string | URL | undefined): Attributes {
  const target = url === undefined ? null : URL.parse(String(url));
  if (target === null) return {};
  const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
  return {
    'server.address': target.hostname,
    'server.port': port,
    'url.scheme': target.protocol.slice(0, -1),
  };
}

/** By the semantic conventions for messaging and HTTP, where these have a word. Never the phone number, the content or the key. */
export function attemptAttributes({ id }: Message, attempt: number): Attributes {
  return {
    'messaging.system': 'messaging_system',
    'messaging.operation.type': 'send',
    'messaging.operation.name': 'send',
    'messaging.destination.name': 'webhook',
    'messaging.message.id': id,
    'http.request.method': 'POST',
    'messaging_system.attempt': attempt,
  };
}

/** The outcome of the attempt; `error.type` is its reason, as in the attempts of a message. */
export function outcomeAttributes(outcome: SendOutcome): Attributes {
  if (outcome.kind === 'accepted') return { 'messaging_system.outcome': outcome.kind };
  const status = /^http_(\d{3})$/.exec(outcome.reason)?.[1];
  return {
    'messaging_system.outcome': outcome.kind,
    'error.type': outcome.reason,
    ...(status === undefined ? {} : { 'http.response.status_code': Number(status) }),
  };
}
