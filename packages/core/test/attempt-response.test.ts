import { describe, expect, test } from 'vitest';
import { type AttemptResponse, KEPT_RESPONSES } from '../src/adapter.ts';
import { keptResponse, readResponse } from '../src/message/attempt-response.ts';
import { anAttempt } from './support/builders.ts';
import { aWorld } from './support/world.ts';

const encoder = new TextEncoder();

function sizeOf({ headers, body }: AttemptResponse): number {
  return [body, ...Object.entries(headers).flat()].reduce(
    (sum, text) => sum + encoder.encode(text).length,
    0,
  );
}

describe('keptResponse', () => {
  test('is the response where that is small', () => {
    const response = {
      status: 400,
      headers: { 'content-type': 'text/plain', 'x-request-id': 'é' },
      body: '',
    };
    expect(keptResponse(response)).toEqual(response);
  });

  test.for([
    ['x', 1_024],
    ['é', 512],
    ['语', 341],
    ['🚚', 256],
  ] as const)('keeps the first kB of a body of %j, whole characters only', ([character, count]) => {
    const { body } = keptResponse({ status: 500, headers: {}, body: character.repeat(5_000) });
    expect(body).toBe(character.repeat(count));
  });

  test('keeps headers in their order while there is room, in lower case', () => {
    const headers = {
      'Retry-After': '120',
      'x-long': 'y'.repeat(400),
      'x-wide': 'é'.repeat(120),
      'x-request-id': 'abc',
      'x.odd': 'no field of every store',
    };
    expect(keptResponse({ status: 503, headers, body: '' }).headers).toEqual({
      'retry-after': '120',
      'x-wide': 'é'.repeat(120),
      'x-request-id': 'abc',
    });
  });

  test('is never so large that a message has more than 8 kB of them', () => {
    const wide = '语'.repeat(5_000);
    const headers = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`x-${index}`, 'value']));
    const kept = keptResponse({ status: 500, headers, body: wide });
    expect(sizeOf(kept)).toBeGreaterThan(1_300);
    expect(sizeOf(kept) * KEPT_RESPONSES).toBeLessThanOrEqual(8_192);
  });

  test('has no half of a surrogate pair, which not every store can keep', () => {
    const kept = keptResponse({ status: 500, headers: { 'x-id': '\ud83d' }, body: 'a\ude9a' });
    expect(kept).toEqual({ status: 500, headers: { 'x-id': '\ufffd' }, body: 'a\ufffd' });
  });
});

describe('readResponse', () => {
  test('is null for anything that is not a response', () => {
    const right = { status: 500, headers: { a: 'b' }, body: 'text' };
    expect(readResponse({ ...right, more: 1 })).toEqual(right);
    for (const wrong of [
      null,
      'text',
      {},
      { ...right, status: '500' },
      { ...right, body: null },
      { ...right, headers: null },
      { ...right, headers: ['a'] },
      { ...right, headers: { a: 1 } },
    ]) {
      expect(readResponse(wrong)).toBeNull();
    }
  });
});

describe('a response that a sender gives', () => {
  test('is kept with its attempt', async () => {
    const world = aWorld();
    const response = { status: 422, headers: { 'content-type': 'text/plain' }, body: 'no such number' };
    world.sender.next({ kind: 'permanent', reason: 'http_422', response });
    const id = await world.enqueueOne();
    await world.start();
    expect(world.stored(id).history).toEqual([
      anAttempt({
        startedAt: expect.any(Number),
        durationMs: expect.any(Number),
        outcome: 'permanent',
        reason: 'http_422',
        response,
      }),
    ]);
    await world.stopped();
  });

  test('that is none makes the attempt ambiguous, as anything else that the port does not promise', async () => {
    const world = aWorld({ ambiguity: 'hold' });
    // Broken on purpose: what a sender without types may answer.
    world.sender.next({ kind: 'accepted', response: { status: '200' } as unknown as AttemptResponse });
    const id = await world.enqueueOne();
    await world.start();
    expect(world.stored(id)).toMatchObject({ status: 'unknown', reason: 'sender_failed' });
    await world.stopped();
  });
});
