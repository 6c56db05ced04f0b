import {
  InvalidOptionsError,
  MessagingError,
  type MessagingEvent,
  StoreUnavailableError,
} from '@messaging-system/core';
import { describe, expect, test } from 'vitest';
import { dispatcherSettings } from '../../src/composition/dispatcher.ts';
import type { Config } from '../../src/config/config.ts';
import { describeError } from '../../src/log/describe-error.ts';
import { eventLine } from '../../src/log/event-line.ts';
import {
  fromWireConfig,
  fromWireEvent,
  fromWireFault,
  isWireEvent,
  isWireFault,
  toWireEvent,
  toWireFault,
  toWorkerConfig,
} from '../../src/workers/wire.ts';
import { message, ONE_OF_EACH } from '../support/events.ts';
import { loaded } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';

function carried<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}

describe('an event', () => {
  test.each(Object.values(ONE_OF_EACH))('$type arrives with all that a log line says of it', (event) => {
    const wire = carried(toWireEvent(event));
    expect(isWireEvent(wire)).toBe(true);
    const arrived = fromWireEvent(wire);
    expect(arrived.type).toBe(event.type);
    expect(described(arrived)).toEqual(described(event));
  });

  test('takes the content and the history of its message along to nobody', () => {
    const wire = toWireEvent(ONE_OF_EACH['attempt.started']);
    expect(JSON.stringify(wire)).not.toContain(message.content);
    expect(fromWireEvent(wire)).toEqual({
      ...ONE_OF_EACH['attempt.started'],
      message: { ...message, content: '', history: [] },
    });
  });
});

test('events take neither metadata nor what the receiver answered along', () => {
  const response = { status: 400, headers: {}, body: 'no such number' };
  const common = { at: 0, message: { ...message, metadata: { order: 'of the caller' } } };
  const attempt = {
    attempt: 1,
    startedAt: 0,
    durationMs: 5,
    outcome: 'permanent',
    reason: 'x',
    response,
  } as const;
  const settlement = { kind: 'deadLetter', id: message.id, reason: 'x', settledAt: 0, attempt } as const;
  const outcome = { kind: 'permanent', reason: 'x', response } as const;
  const events: readonly MessagingEvent[] = [
    { type: 'attempt.finished', ...common, attempt: 1, durationMs: 5, outcome },
    { type: 'message.settled', ...common, settlement, recalled: false },
  ];
  for (const event of events) {
    expect(JSON.stringify(toWireEvent(event))).not.toMatch(/no such number|of the caller|response/);
    expect(JSON.stringify(eventLine(event))).not.toMatch(/no such number|of the caller/);
  }
});

describe('an error', () => {
  test.each([
    new StoreUnavailableError('down', { cause: new Error('ECONNREFUSED') }),
    Object.assign(new TypeError('no'), { code: 'E_NO' }),
    'a text that was thrown',
  ])('is described as it was: %s', (error) => {
    const fault = carried(toWireFault(error));
    expect(isWireFault(fault)).toBe(true);
    expect(describeError(fromWireFault(fault))).toEqual(describeError(error));
  });

  test('of the store keeps the code that the API answers by', () => {
    const arrived = fromWireFault(carried(toWireFault(new StoreUnavailableError('down'))));
    expect(arrived).toBeInstanceOf(MessagingError);
    expect(arrived).toMatchObject({ code: 'store_unavailable' });
  });

  test('about options keeps every problem', () => {
    const arrived = fromWireFault(carried(toWireFault(new InvalidOptionsError(['one', 'two']))));
    expect(arrived).toBeInstanceOf(InvalidOptionsError);
    expect(arrived).toMatchObject({ problems: ['one', 'two'] });
  });
});

describe('the configuration of a worker', () => {
  const given = (): Config =>
    loaded(
      {
        SERVER_WORKERS: '4',
        PROCESSOR_RATE_PER_SECOND: '10',
        PROCESSOR_CONCURRENCY: '8',
        CLIENT_TIMEOUT: '2s',
      },
      temporaryHome(),
    ).config;

  test('is the one of the server, with its part of the rate', () => {
    const config = given();
    const arrived = fromWireConfig(carried(toWorkerConfig(config)));
    const whole = dispatcherSettings(config);
    expect(dispatcherSettings(arrived)).toEqual({ ...whole, ratePerSecond: 2.5 });
    expect(arrived.client).toEqual(carried(config.client));
  });

  test('has no rate where there is none', () => {
    const config = given();
    const without = { ...config, processor: { ...config.processor, ratePerSecond: undefined } };
    expect(fromWireConfig(carried(toWorkerConfig(without))).processor.ratePerSecond).toBeUndefined();
  });
});

function described(event: Parameters<typeof eventLine>[0]): unknown {
  const { fields, ...line } = eventLine(event);
  return { ...line, fields: 'err' in fields ? { ...fields, err: describeError(fields.err) } : fields };
}
