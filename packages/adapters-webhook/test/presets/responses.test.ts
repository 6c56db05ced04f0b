import { readFileSync } from 'node:fs';
import type { SendOutcome } from '@messaging-system/core/adapter';
import { describe, expect, test } from 'vitest';
import { PRESET_NAMES } from '../../src/index.ts';
import { deliver, provider, senderOf } from '../contract-sender.ts';
import { type Class, DOCUMENTED } from './documented-responses.ts';
import { responseTable } from './response-table.ts';
import { WORLDS } from './worlds.ts';

function classOf(outcome: SendOutcome): Class {
  if (outcome.kind === 'retryable') return outcome.busy === true ? 'slow down' : 'retryable';
  if (outcome.kind !== 'permanent') return outcome.kind;
  return outcome.endpoint === 'refusing' ? 'account' : (outcome.endpoint ?? 'permanent');
}

describe.each(PRESET_NAMES)('a documented response of %s', (name) => {
  test.each(
    DOCUMENTED[name].map((one) => [`${one.status} ${JSON.stringify(one.body ?? null)}`, one] as const),
  )('%s ends in its class', async (_, { status, body, headers = {}, class: expected }) => {
    const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
    const { url } = await provider(() => ({ status, headers, body: text }));
    const { content = 'Hello' } = WORLDS[name];
    const outcome = await deliver(senderOf(WORLDS[name].options(url)), { content });
    expect([outcome.kind, classOf(outcome)]).toEqual([outcome.kind, expected]);
  });
});

test('a success that is cut off, too large or no JSON is ambiguous where a rule needs the body', async () => {
  for (const body of ['<html>', '', 'x'.repeat(70_000), '{"messages": [']) {
    const { url } = await provider(() => ({ status: 200, body }));
    const outcome = await deliver(senderOf(WORLDS.vonage.options(url)));
    expect(outcome).toMatchObject({ kind: 'ambiguous', reason: 'unreadable_response' });
  }
});

const PAGE = readFileSync(new URL('../../../../docs/providers.md', import.meta.url), 'utf8');

test.each(['twilio', 'vonage', 'infobip', 'messagebird', 'netgsm', 'slack'] as const)(
  'docs/providers.md has the responses of %s as they are tested',
  (name) => {
    expect(PAGE).toContain(responseTable(name));
  },
);
