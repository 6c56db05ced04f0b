import { DEFAULT_DISPATCHER_OPTIONS } from '@messaging-system/core';
import type { MessageJson } from '@messaging-system/http-hono';
import { expect, test } from 'vitest';
import { dryRunApi } from '../src/connection/local-api.ts';
import type { ApiAnswer } from '../src/connection/messaging-api.ts';
import type { ImportRow } from '../src/import/import-row.ts';
import { submitRows } from '../src/import/submit-rows.ts';

interface Asking {
  readonly ask: (requests: readonly ImportRow['request'][]) => Promise<ApiAnswer<readonly MessageJson[]>>;
  /** How many rows each call had. */
  readonly sizes: number[];
}

/** The API itself, with nothing behind it. */
function asking(maxBodyBytes = 4_194_304): Asking {
  const { rules } = DEFAULT_DISPATCHER_OPTIONS;
  const api = dryRunApi({ rules, maxBodyBytes });
  const sizes: number[] = [];
  const ask: Asking['ask'] = (requests) => {
    sizes.push(requests.length);
    return api.ask('POST', '/messages', requests);
  };
  return { ask, sizes };
}

function aRow(line: number, request: Readonly<Record<string, unknown>> = {}): ImportRow {
  const phoneNumber = `+90555${String(line).padStart(7, '0')}`;
  return {
    line,
    values: {},
    request: { phoneNumber, content: 'Hi', idempotencyKey: `key-${line}`, ...request },
  };
}

test('takes out what the API refuses, with every problem, and stores the rest', async () => {
  const { ask, sizes } = asking();
  const rows = [aRow(2), aRow(3, { phoneNumber: '0555', content: '' }), aRow(4), aRow(5, { sendAt: 'soon' })];
  const { stored, existing, rejects } = await submitRows(rows, ask, 0);
  expect({ stored, existing }).toEqual({ stored: 2, existing: 0 });
  expect(rejects).toMatchObject([
    {
      line: 3,
      problems: [
        expect.stringMatching(/^phoneNumber must be an international number/),
        expect.stringMatching(/^content must have 1 to/),
      ],
    },
    { line: 5, problems: [expect.stringMatching(/^sendAt must be an RFC 3339/)] },
  ]);
  expect(sizes).toEqual([4, 2]);
});

test('refuses a key that an earlier row has for another message, and stores a repeated row once', async () => {
  const { ask } = asking();
  const rows = [
    aRow(2, { idempotencyKey: 'k' }),
    aRow(3, { idempotencyKey: 'k' }),
    aRow(2, { idempotencyKey: 'k' }),
  ];
  const { stored, existing, rejects } = await submitRows(rows, ask, 0);
  expect({ stored, existing }).toEqual({ stored: 1, existing: 1 });
  expect(rejects).toMatchObject([
    { line: 3, problems: [expect.stringContaining('idempotencyKey is also the key')] },
  ]);
});

test('halves a call that is larger than the server takes, down to the one row that is', async () => {
  const { ask, sizes } = asking(1_024);
  const rows = [aRow(2), aRow(3, { content: 'x'.repeat(2000) }), aRow(4), aRow(5)];
  const { stored, rejects } = await submitRows(rows, ask, 0);
  expect(stored).toBe(3);
  expect(rejects).toMatchObject([{ line: 3, problems: ['is larger than the server takes'] }]);
  expect(sizes).toEqual([4, 2, 1, 1, 2]);
});

test('counts as there already what was created before', async () => {
  const { ask } = asking();
  const { stored, existing } = await submitRows([aRow(2), aRow(3)], ask, Date.now() + 60_000);
  expect({ stored, existing }).toEqual({ stored: 0, existing: 2 });
});

test('throws for a refusal that is about no row', async () => {
  const refusal = {
    isOk: false,
    status: 500,
    code: 'internal',
    error: 'internal error',
    details: undefined,
    headers: new Headers(),
    date: null,
  } as const;
  await expect(submitRows([aRow(2)], async () => refusal, 0)).rejects.toMatchObject({
    code: 'internal',
    exitCode: 70,
  });
});
