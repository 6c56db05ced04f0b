import type { EnqueueResult, Messages } from '@messaging-system/core';

/** The answer for the caller of an HTTP handler. */
export interface Answer {
  readonly status: 200 | 201 | 400 | 409;
  readonly body: object;
}

/** The key is made of what happened, not of the request: however often the handler runs, the order is confirmed once. */
export async function confirmOrder(
  messages: Messages,
  order: { readonly number: string; readonly phoneNumber: string },
): Promise<Answer> {
  return answerTo(
    await messages.enqueue({
      phoneNumber: order.phoneNumber,
      content: `We have your order ${order.number}`,
      idempotencyKey: `order-${order.number}-confirmed`,
    }),
  );
}

/** The value of a JSON body; an empty one is refused like any other text that is not a number. */
export function phoneNumberIn(body: unknown): string {
  return typeof body === 'object' && body !== null && 'phoneNumber' in body ? String(body.phoneNumber) : '';
}

function answerTo(result: EnqueueResult): Answer {
  switch (result.kind) {
    case 'stored':
      return { status: 201, body: { messageId: result.message.id } };
    case 'existing':
      return { status: 200, body: { messageId: result.message.id } };
    case 'conflict':
      return { status: 409, body: { error: 'this order was confirmed to another phone number' } };
    case 'invalid':
      return { status: 400, body: { problems: result.problems } };
  }
}
