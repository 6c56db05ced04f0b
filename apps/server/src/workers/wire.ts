import {
  InvalidOptionsError,
  type Message,
  MessagingError,
  type MessagingEvent,
} from '@messaging-system/core';
import type { FaultCode, MessagingEventType } from '@messaging-system/core/adapter';
import type { Config } from '../config/config.ts';
import { describeError, type ErrorDescription } from '../log/describe-error.ts';

/** A message without what nobody who watches needs, and what makes most of its size. So are outcomes and attempts: without the response. */
type WireMessage = Omit<Message, 'content' | 'history' | 'metadata'>;

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
    const { content: _content, history: _history, metadata: _metadata, ...message } = event.message;
    return { ...withoutResponse(event), message };
  }
  if ('error' in event) return { ...event, error: toWireFault(event.error) };
  return event;
}

type MessageEvent = Extract<MessagingEvent, { readonly message: Message }>;

function withoutResponse(event: MessageEvent): MessageEvent {
  if (event.type === 'attempt.finished') {
    const { response: _, ...outcome } = event.outcome;
    return { ...event, outcome };
  }
  if (event.type !== 'message.settled' || event.settlement.attempt?.response === undefined) return event;
  const { response: _, ...attempt } = event.settlement.attempt;
  return { ...event, settlement: { ...event.settlement, attempt } };
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

/** An error on its way to another process. */
export interface WireFault extends ErrorDescription {
  /** Fields that only a `MessagingError` has. */
  readonly faultCode?: FaultCode;
  /** Fields that only an `InvalidOptionsError` has. */
  readonly problems?: readonly string[];
}

export function toWireFault(error: unknown): WireFault {
  return {
    ...describeError(error),
    ...(error instanceof MessagingError ? { faultCode: error.code } : {}),
    ...(error instanceof InvalidOptionsError ? { problems: error.problems } : {}),
  };
}

/** An error that is described as the original was, and that has its code where it is a fault of core's. */
export function fromWireFault({ type, message, code, stack, cause, faultCode, problems }: WireFault): Error {
  if (problems !== undefined) return new InvalidOptionsError(problems);
  const options = cause === undefined ? {} : { cause: fromWireFault(cause) };
  const error =
    faultCode === undefined
      ? Object.assign(new Error(message, options), code === undefined ? {} : { code })
      : new MessagingError(faultCode, message, options);
  error.name = type;
  // It was thrown elsewhere; where it is made again says nothing.
  Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
  return error;
}

/** Looks no deeper than tells a fault from something else. */
export function isWireFault(given: unknown): given is WireFault {
  return (
    typeof given === 'object' &&
    given !== null &&
    'type' in given &&
    typeof given.type === 'string' &&
    'message' in given &&
    typeof given.message === 'string'
  );
}

/** A configuration as JSON can carry it. */
export interface WireConfig extends Omit<Config, 'message'> {
  readonly message: Omit<Config['message'], 'phonePattern'> & {
    readonly phonePattern: { readonly source: string; readonly flags: string };
  };
}

/** One worker's options: the rate limit is the whole server's, so each worker has an equal part of it. The rest is for each of them. */
export function toWorkerConfig(config: Config): WireConfig {
  const { message, processor, server } = config;
  const { source, flags } = message.phonePattern;
  const { ratePerSecond } = processor;
  return {
    ...config,
    processor: {
      ...processor,
      ratePerSecond: ratePerSecond === undefined ? undefined : ratePerSecond / server.workers,
    },
    message: { ...message, phonePattern: { source, flags } },
  };
}

export function fromWireConfig(wire: WireConfig): Config {
  const { source, flags } = wire.message.phonePattern;
  return { ...wire, message: { ...wire.message, phonePattern: new RegExp(source, flags) } };
}
