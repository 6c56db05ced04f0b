import { describe, expect, test } from 'vitest';
import { activeSpan, traceOf } from '../src/adapter.ts';

const NAMED = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const ACTIVE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const CARRIED = '00-4bf92f3577b34da6a3ce929d0e0e4736-1111111111111111-01';

describe('the trace that a message belongs to', () => {
  test.each([
    ['the one that the caller names', traceOf(NAMED, ACTIVE, CARRIED), NAMED],
    ['none where the caller names none', traceOf(null, ACTIVE, CARRIED), null],
    [
      'else the active span, which is nearer than what the request carried',
      traceOf(undefined, ACTIVE, CARRIED),
      ACTIVE,
    ],
    ['else what the request carried', traceOf(undefined, null, CARRIED), CARRIED],
    ['else none', traceOf(undefined, null), null],
  ])('is %s', (_, chosen, expected) => {
    expect(chosen).toBe(expected);
  });

  test('has no active span where the tracer throws', () => {
    const broken = (): never => {
      throw new Error('no tracer');
    };
    expect(activeSpan({ current: broken })).toBe(null);
  });
});
