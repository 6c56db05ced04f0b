import type { AttemptJson, MessageJson } from '@messaging-system/http-hono';
import { expect, test } from 'vitest';
import { messageDetail } from '../src/output/message-text.ts';
import { Output } from '../src/output/output.ts';

const AT = '2030-01-31T12:00:00.000Z';

function messageOf(...attempts: readonly number[]): MessageJson {
  const history = attempts.map<AttemptJson>((attempt) => ({
    attempt,
    startedAt: AT,
    durationMs: 5,
    outcome: 'permanent',
    reason: 'http_400',
  }));
  return {
    id: 'id',
    phoneNumber: '+905551234567',
    content: 'Hello',
    status: 'failed',
    webhookMessageId: null,
    sentAt: null,
    createdAt: AT,
    sendAt: null,
    expiresAt: null,
    idempotencyKey: null,
    dueAt: null,
    availableAt: null,
    leasedUntil: null,
    settledAt: AT,
    attempts: 1,
    lostLeases: 0,
    reason: 'http_400',
    history,
    traceparent: null,
  };
}

function timeline(message: MessageJson): readonly string[] {
  const lines = messageDetail(message, new Output(false)).split('\n');
  return lines.filter((line) => line.startsWith('  ')).map((line) => line.trim().split(' ')[0] ?? '');
}

test('has a line between the attempts before a redrive and those after it', () => {
  expect(timeline(messageOf(1, 2, 1, 1))).toEqual(['1', '2', 'redriven', '1', 'redriven', '1']);
});

test('has none where nothing was redriven', () => {
  expect(timeline(messageOf(4, 5))).toEqual(['4', '5']);
});

test('says of each attempt what is known, and whether it counts', () => {
  const message = messageOf(1, 1, 1);
  const [first, second, third] = message.history;
  if (first === undefined || second === undefined || third === undefined) throw new Error('three attempts');
  const history: readonly AttemptJson[] = [
    { ...first, outcome: 'ambiguous', reason: 'http_504', uncounted: true },
    { ...second, outcome: 'retryable', reason: 'http_503', uncounted: true },
    { ...third, outcome: 'accepted', reason: null },
  ];
  const lines = messageDetail({ ...message, history }, new Output(false))
    .split('\n')
    .slice(-3);
  expect(lines.map((line) => line.trim().split('  ')[0])).toEqual(['–', '–', '1']);
  expect(lines.map((line) => line.trim().split('  ').slice(2))).toEqual([
    ['ambiguous', 'after 5ms', 'http_504', '(may have arrived)', '(not counted)'],
    ['retryable', 'after 5ms', 'http_503', '(not counted)'],
    ['accepted', 'after 5ms'],
  ]);
});

test('says that an earlier attempt was interrupted where a lease was lost', () => {
  const note = 'note: an earlier attempt was interrupted; it may have arrived';
  const detail = (lostLeases: number) => messageDetail({ ...messageOf(1), lostLeases }, new Output(false));
  expect(detail(1).split('\n')).toContain(note);
  expect(detail(0)).not.toContain('interrupted');
});

test('shows metadata, and what the receiver answered, on lines of their own', () => {
  const message = messageOf(1);
  const [first] = message.history;
  if (first === undefined) throw new Error('an attempt');
  const response = { status: 400, headers: { 'retry-after': '60' }, body: 'no such\nnumber' };
  const detail = messageDetail(
    { ...message, metadata: { order: '17' }, history: [{ ...first, response }] },
    new Output(false),
  );
  expect(detail).toMatch(/^metadata\.order +17$/m);
  expect(detail).toMatch(/http_400\n {7}answered 400; retry-after: 60\n {7}no such.+number$/);
});
