import type { MessagingEvent } from '@messaging-system/core';

type EventOf<Type extends MessagingEvent['type']> = Extract<MessagingEvent, { readonly type: Type }>;

/** The mapping of events, by their type. An event that core adds does not compile until it is named. */
export function byType<Result>(
  handlers: {
    readonly [Type in MessagingEvent['type']]: (event: EventOf<Type>) => Result;
  },
): (event: MessagingEvent) => Result {
  return (event) => {
    // Each is found by the type of the very event: the compiler cannot tell.
    const handler = handlers[event.type] as (event: MessagingEvent) => Result;
    return handler(event);
  };
}
