import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCsv } from './read-source.ts';

test('reads what a CSV writer wrote, however it is cut into chunks', async () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.includes('\uFFFD'));
  const rows = fc.array(fc.tuple(cell, cell), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 40 }), async (written, chunk) => {
      const records = await readCsv(stringify([['a', 'b'], ...written], { quoted: true }), { chunk });
      expect(records.map((record) => record.kind === 'record' && record.values)).toEqual(
        // Rows in which nothing is are none.
        written.filter((cells) => /[^\t\n\v\f\r ]/.test(cells.join(''))).map(([a, b]) => ({ a, b })),
      );
    }),
    { numRuns: 200 },
  );
});

test('tells the line of each record, blank lines and lines within cells counted', async () => {
  const records = await readCsv('a,b\r\n1,"x\r\ny"\r\n\r\n2,z\r\n');
  expect(records).toMatchObject([
    { kind: 'record', line: 2, values: { a: '1', b: 'x\r\ny' } },
    { kind: 'record', line: 5, values: { a: '2', b: 'z' } },
  ]);
});

test('refuses only the row that has a stray quote, or another number of cells', async () => {
  const records = await readCsv('a,b\n1,"x"y\n2,5" pipe\n3\n4,"fine, ""really"""\n');
  expect(records).toMatchObject([
    { kind: 'unreadable', line: 2, lastLine: 2, problem: 'has a quote where none may be', text: '1,"x"y' },
    { kind: 'unreadable', line: 3, lastLine: 3, problem: 'has a quote where none may be' },
    { kind: 'unreadable', line: 4, lastLine: 4, problem: 'has 1 cells, and the header 2', text: '3' },
    { kind: 'record', line: 5, values: { a: '4', b: 'fine, "really"' } },
  ]);
});

test('reports everything after a quote that is never closed as one stretch', async () => {
  const records = await readCsv('a,b\n1,x\n2,"open\n3,z\n4,z\n');
  expect(records).toMatchObject([
    { kind: 'record', line: 2 },
    { kind: 'unreadable', line: 3, lastLine: 5, problem: 'has a quote that is never closed' },
  ]);
});

// 4,096 bytes are kept, and each of these letters begins at another place.
test.each(['', '1', '12', '123'])(
  'cuts no letter in two where it keeps the beginning of an unreadable row: %j before them',
  async (before) => {
    const wide = '😀'.repeat(2_000);
    const texts = await Promise.all(
      [`${before}${wide}`, `${before},"x"y${wide}`, `${before},"open${wide}`].map(async (row) => {
        const [record] = await readCsv(`a,b\n${row}\n`);
        if (record?.kind !== 'unreadable') throw new Error('the row can be read');
        return Buffer.from(record.text, 'latin1');
      }),
    );
    for (const text of texts) {
      expect(text.toString()).not.toContain('\uFFFD');
      expect(text.length).toBeGreaterThan(4_090);
      expect(text.length).toBeLessThanOrEqual(4_096);
    }
  },
);

test('tells the line of each record where a CR alone ends lines', async () => {
  const records = await readCsv('a,b\r1,"x\ry"\r\r2\r3,z', { chunk: 1 });
  expect(records).toMatchObject([
    { kind: 'record', line: 2, values: { a: '1', b: 'x\ry' } },
    { kind: 'unreadable', line: 5, lastLine: 5 },
    { kind: 'record', line: 6, values: { a: '3', b: 'z' } },
  ]);
});

test('passes over rows of empty cells, and over empty cells beyond the header', async () => {
  const records = await readCsv('a,b\n1,2,,\n,,\n3,4,x\n,\n');
  expect(records).toMatchObject([
    { kind: 'record', line: 2, values: { a: '1', b: '2' } },
    { kind: 'unreadable', line: 4, problem: 'has 3 cells, and the header 2' },
  ]);
});

test('refuses a row that is not UTF-8', async () => {
  const latin1 = Buffer.concat([Buffer.from('a,b\n1,'), Buffer.from('é', 'latin1'), Buffer.from('\n2,é\n')]);
  expect(await readCsv(latin1)).toMatchObject([
    { kind: 'unreadable', line: 2, problem: 'is not UTF-8' },
    { kind: 'record', line: 3, values: { b: 'é' } },
  ]);
});

test('takes a byte order mark and another delimiter', async () => {
  const [record] = await readCsv('\uFEFFa;b\n1;x,y\n', { delimiter: ';' });
  expect(record).toMatchObject({ values: { a: '1', b: 'x,y' } });
});

test.each(['', '\n\n', 'a,"b\n1,2\n'])('refuses %j, which has no header', async (file) => {
  await expect(readCsv(file)).rejects.toThrow('no header');
});

test('counts the bytes of the file up to the end of its last record', async () => {
  const file = 'a,b\n1,é\n2,"x\ny"\n3,z';
  const records = await readCsv(file);
  expect(records.at(-1)?.end).toBe(Buffer.byteLength(file));
});
