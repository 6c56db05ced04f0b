import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../src/connection/connect.ts';
import { type ExportOptions, runExport } from '../src/export/run-export.ts';
import { CONTROLS, capturedOutput, HOSTILE } from './captured-output.ts';
import { NO_HOST } from './no-host.ts';

/** Exports a message of this text from a server that has nothing else. */
async function exported(
  text: string,
  options: ExportOptions,
  isTTY: boolean,
  more: object = {},
): Promise<string> {
  const message = {
    id: text,
    phoneNumber: '+905551234567',
    content: text,
    status: 'sent',
    history: [],
    ...more,
  };
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ items: [message], nextCursor: null }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server is bound to no port');
  const { output, written } = capturedOutput(false, isTTY);
  await using lifetimes = new AsyncDisposableStack();
  const url = `http://127.0.0.1:${address.port}`;
  const given = { url, apiKey: 'any', ...options };
  await runExport(given, { output, connect: () => connect(NO_HOST, given, lifetimes, false) });
  return written.out;
}

const FORMS: readonly ExportOptions[] = [
  { format: 'ndjson' },
  { format: 'csv' },
  { format: 'csv', raw: true },
];

describe.each(FORMS)('an export as %j', (options) => {
  test.each(HOSTILE)('carries no %j to a terminal', async (text) => {
    const shown = await exported(`before${text}after`, options, true);
    expect(shown).toContain('before');
    expect(shown).toContain('after');
    expect(shown).not.toMatch(CONTROLS);
  });
});

test.each(HOSTILE)('an export as CSV has %j for a program as it is', async (text) => {
  expect(await exported(`before${text}after`, { format: 'csv' }, false)).toContain(`before${text}after`);
});

const ANSWERED = {
  metadata: { order: '=17', response: 'of the caller' },
  history: [
    { attempt: 1, outcome: 'permanent', response: { status: 400, headers: {}, body: 'to +905551234567' } },
  ],
};

test('an export as NDJSON has metadata, and what receivers answered where that is asked for', async () => {
  const plain = JSON.parse(await exported('Hello', { format: 'ndjson' }, false, ANSWERED));
  expect(plain).toMatchObject({ ...ANSWERED, history: [{ attempt: 1, outcome: 'permanent' }] });
  expect(plain.history[0]).not.toHaveProperty('response');
  const whole = JSON.parse(await exported('Hello', { format: 'ndjson', responses: true }, false, ANSWERED));
  expect(whole).toMatchObject(ANSWERED);
});

test('an export as CSV has the columns of metadata that are asked for, last', async () => {
  const options: ExportOptions = { format: 'csv', metadata: ['order', 'none', 'constructor'] };
  const [head, row] = (await exported('Hello', options, false, ANSWERED)).split('\n');
  expect(head).toMatch(/,idempotencyKey,metadata\.order,metadata\.none,metadata\.constructor$/);
  // A cell that a spreadsheet would compute has an apostrophe.
  expect(row).toMatch(/,'=17,,$/);
  expect(await exported('Hello', { format: 'csv' }, false, ANSWERED)).not.toMatch(/metadata|=17/);
});

test.each<[ExportOptions, string]>([
  [{ format: 'ndjson', metadata: ['order'] }, 'NDJSON has all metadata'],
  [{ format: 'csv', responses: true }, 'CSV has no attempts'],
])('an export as %j is refused', async (options, reason) => {
  await expect(exported('Hello', options, false)).rejects.toThrow(reason);
});

test.skipIf(process.platform === 'win32')('only the own user can read the file of an export', async () => {
  const umask = process.umask(0);
  onTestFinished(() => void process.umask(umask));
  const folder = mkdtempSync(join(tmpdir(), 'export-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'messages.csv');
  await exported('Hello', { format: 'csv', output: file }, false);
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
});
