import type { Message, MessagingEvent, MessagingEventType } from '@messaging-system/core';
import { fromWireFault, isWireFault, toWireFault, type WireFault } from './wire-fault.ts';

/** A message without what nobody who watches needs, and what makes most of its size. */
type WireMessage = Omit<Message, 'content' | 'history'>;

type OnTheWire<Event> = Event extends { readonly message: Message }
  ? Omit<Event, 'message'> & { readonly message: WireMessage }
  : Event extends { readonly error: unknown }
    ? Omit<Event, 'error'> & { readonly error: WireFault }
    : Event;

/** An event on its way to another process, as JSON can carry it. */
export type WireEvent = OnTheWire<MessagingEvent>;

const TYPES: Readonly<Record<MessagingEventType, true>> = {
  'dispatcher.started': true,
  'dispatcher.draining': true,
  'dispatcher.stopped': true,
  'dispatcher.failed': true,
  'batch.claimed': true,
  'attempt.started': true,
  'attempt.finished': true,
  'message.settled': true,
  'batch.settled': true,
  'messages.released': true,
  'lease.lost': true,
  'store.unavailable': true,
  'store.recovered': true,
  'sent_cache.unavailable': true,
  'reconciler.unavailable': true,
  'clock.skewed': true,
  'breaker.opened': true,
  'breaker.closed': true,
  'claiming.paused': true,
  'claiming.resumed': true,
  'messages.enqueued': true,
  'messages.cancelled': true,
  'messages.redriven': true,
  'messages.erased': true,
  'messages.pruned': true,
};

export function toWireEvent(event: MessagingEvent): WireEvent {
  if ('message' in event) {
    const { content: _content, history: _history, ...message } = event.message;
    return { ...event, message };
  }
  if ('error' in event) return { ...event, error: toWireFault(event.error) };
  return event;
}

/** The event again, its message with an empty content and history. */
export function fromWireEvent(event: WireEvent): MessagingEvent {
  if ('message' in event) return { ...event, message: { ...event.message, content: '', history: [] } };
  if ('error' in event) return { ...event, error: fromWireFault(event.error) };
  return event;
}

/** Looks no deeper than tells an event from something else. */
export function isWireEvent(given: unknown): given is WireEvent {
  if (typeof given !== 'object' || given === null) return false;
  if (!('type' in given) || typeof given.type !== 'string' || !Object.hasOwn(TYPES, given.type)) return false;
  if ('message' in given && (typeof given.message !== 'object' || given.message === null)) return false;
  if ('error' in given && !isWireFault(given.error)) return false;
  return 'at' in given && typeof given.at === 'number';
}
