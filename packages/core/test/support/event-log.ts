import type { MessagingEventType } from '../../src/adapter.ts';
import type { DispatcherObserver, MessagingEvent } from '../../src/index.ts';

/** Keeps every event. */
export class EventLog implements DispatcherObserver {
  readonly events: MessagingEvent[] = [];

  observe(event: MessagingEvent): void {
    this.events.push(event);
  }

  get types(): readonly MessagingEventType[] {
    return this.events.map((event) => event.type);
  }

  of<Type extends MessagingEventType>(
    type: Type,
  ): readonly Extract<MessagingEvent, { readonly type: Type }>[] {
    return this.events.filter(
      (event): event is Extract<MessagingEvent, { readonly type: Type }> => event.type === type,
    );
  }
}
