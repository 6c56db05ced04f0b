import { expect, test } from 'vitest';
import { heldBack } from '../../src/cli/commands/note-held-back.ts';

const UNTIL = '2030-01-01T00:00:00.000Z';
const WELL = {
  state: 'running',
  breaker: { state: 'closed', failures: 0 },
  pausedUntil: null,
} as const;

test.each([
  [
    'a stop for all',
    { deliveryStop: { at: UNTIL, by: 'ops' } },
    /stopped for all servers\. "start --all" ends/,
  ],
  ['a stopped processor', { state: 'stopped' }, /its processor is stopped\. "start" starts it/],
  [
    'an open breaker',
    { breaker: { state: 'open', reason: 'http_401', until: null } },
    /the breaker is open \(http_401\)\. "start" closes it/,
  ],
  ['a pause', { pausedUntil: UNTIL }, /pause until 2030-01-01T00:00:00Z, .* "start" ends the pause/],
] as const)('says that %s holds back what was redriven, and what ends it', (_, differences, text) => {
  expect(heldBack({ ...WELL, ...differences })).toMatch(text);
});

test('says nothing where deliveries go on, and of a processor that nobody asked', () => {
  expect(heldBack(WELL)).toBeNull();
  expect(heldBack({ ...WELL, breaker: { state: 'probing', reason: 'http_503' } })).toBeNull();
  expect(heldBack({})).toBeNull();
});
