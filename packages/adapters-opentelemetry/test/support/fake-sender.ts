import type { Message } from '@messaging-system/core';
import type { SendContext, SendOutcome, WebhookSender } from '@messaging-system/core/adapter';

/** Gives the set answer, and remembers its input. */
export class FakeSender implements WebhookSender {
  readonly timeoutMs = 15_000;
  readonly calls: { readonly message: Message; readonly context: SendContext }[] = [];
  readonly #answer: () => Promise<SendOutcome>;

  constructor(answer: () => Promise<SendOutcome> = async () => ({ kind: 'accepted' })) {
    this.#answer = answer;
  }

  send(message: Message, context: SendContext): Promise<SendOutcome> {
    this.calls.push({ message, context });
    return this.#answer();
  }

  get lastTraceparent(): string | undefined {
    return this.calls.at(-1)?.context.traceparent;
  }
}
