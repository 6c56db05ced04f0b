import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_RECORD_BYTES } from '../src/import/source-record.ts';
import { readNdjson } from './read-source.ts';

test('reads the objects that were written, however they are cut into chunks', async () => {
  const rows = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 })), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 40 }), async (written, chunk) => {
      const lines = written.map((row) => JSON.stringify(row));
      const records = await readNdjson(lines.join('\n'), chunk);
      expect(records.map((record) => record.kind === 'record' && JSON.stringify(record.values))).toEqual(
        lines.map((line) => JSON.stringify(JSON.parse(line))),
      );
    }),
    { numRuns: 200 },
  );
});

test('refuses each line that is no object, with its number, and goes on', async () => {
  const file = Buffer.concat([
    Buffer.from('\uFEFF{"a":1}\r\n[1]\n\n{"a"\n'),
    Buffer.from([0xff, 0x0a]),
    Buffer.from('{"a":2}'),
  ]);
  expect(await readNdjson(file)).toMatchObject([
    { kind: 'record', line: 1, values: { a: 1 } },
    { kind: 'unreadable', line: 2, problem: 'is not a JSON object', text: '[1]' },
    { kind: 'unreadable', line: 4, problem: 'is not a JSON object' },
    { kind: 'unreadable', line: 5, problem: 'is not UTF-8' },
    { kind: 'record', line: 6, values: { a: 2 }, end: file.length },
  ]);
});

test.each(['', '1', '12', '123'])(
  'cuts no letter in two where it keeps the beginning of a line that is no object: %j before them',
  async (before) => {
    const [record] = await readNdjson(`${before}${'😀'.repeat(2_000)}\n`);
    if (record?.kind !== 'unreadable') throw new Error('the line can be read');
    expect(record.text).not.toContain('\uFFFD');
    expect(Buffer.byteLength(record.text)).toBeGreaterThan(4_090);
    expect(Buffer.byteLength(record.text)).toBeLessThanOrEqual(4_096);
  },
);

test('keeps no more than the beginning of a line that is too long', async () => {
  const records = await readNdjson(`${'x'.repeat(MAX_RECORD_BYTES + 70_000)}\n{"a":1}\n`);
  expect(records).toMatchObject([
    { kind: 'unreadable', line: 1, problem: `is longer than ${MAX_RECORD_BYTES} bytes` },
    { kind: 'record', line: 2 },
  ]);
});
