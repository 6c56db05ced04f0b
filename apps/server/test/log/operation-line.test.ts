import type { OperatorAction } from '@messaging-system/http-hono';
import { expect, test } from 'vitest';
import { operationLine } from '../../src/log/operation-line.ts';

const WHO = { key: 'nightly', via: 'api', requestId: 'r-1' } as const;
const phoneNumber = '+905551234567';

test.each<[OperatorAction, string]>([
  [{ action: 'start' }, 'nightly started the processor'],
  [{ action: 'stop' }, 'nightly stopped the processor'],
  [{ action: 'dispatch' }, 'nightly had one batch delivered'],
  [{ action: 'cancel', messageId: 'm-1' }, 'nightly cancelled message m-1'],
  [{ action: 'cancel_matching', phoneNumber, cancelled: 7, inFlight: 1 }, 'nightly cancelled 7 messages'],
  [{ action: 'redrive', messageId: 'm-1' }, 'nightly redrove message m-1'],
  [
    { action: 'redrive_matching', status: 'failed', phoneNumber, redriven: 7 },
    'nightly redrove 7 failed messages',
  ],
  [
    { action: 'redrive_matching', status: 'unsent', phoneNumber: null, redriven: 7 },
    'nightly had 7 messages sent now that waited for a retry',
  ],
  [{ action: 'erase', phoneNumber, erased: 2, inFlight: 1 }, 'nightly erased 2 messages to +90555•••67'],
  [
    { action: 'unfinished', of: 'erase', phoneNumber },
    'nightly began to erase a phone number, which failed; some messages may have been changed',
  ],
])('says who did what: %j', (action, text) => {
  const line = operationLine({ ...action, ...WHO });
  expect(line).toMatchObject({ level: 'info', text, fields: { ...WHO, action: action.action } });
  expect(JSON.stringify(line)).not.toContain(phoneNumber);
});

test('names nobody where the key has no name', () => {
  expect(operationLine({ action: 'stop', ...WHO, key: null }).text).toBe('an operator stopped the processor');
});
