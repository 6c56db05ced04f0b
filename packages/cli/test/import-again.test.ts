import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnMapping } from '../src/import/column-mapping.ts';
import { importRow, RowKeys } from '../src/import/import-row.ts';
import type { SourceRecord } from '../src/import/source-record.ts';
import { readCsv, readNdjson } from './read-source.ts';

/** A row by its text; null is one that cannot be read. */
type File = readonly (string | null)[];

const FORMATS = {
  csv: (file: File) =>
    readCsv(
      `phoneNumber,content\n${file.map((text) => (text === null ? '+90,"broken\n' : `+90,${text}\n`)).join('')}`,
    ),
  ndjson: (file: File) =>
    readNdjson(
      file
        .map((text) =>
          text === null ? '{"content": "broken\n' : `{"phoneNumber":"+90","content":"${text}"}\n`,
        )
        .join(''),
    ),
} as const;

/** Imports a version of the file: which text is stored under which key. */
function importInto(
  store: Map<string, unknown>,
  records: readonly SourceRecord[],
  format: keyof typeof FORMATS,
): void {
  const mapping = columnMapping(format === 'csv' ? ['phoneNumber', 'content'] : null, new Map(), null);
  const keys = new RowKeys('rows');
  const rules = {
    mapping,
    content: null,
    ownKeys: 'none' as const,
    keys,
    country: null,
    takesAnyStatus: false,
    isCsv: format === 'csv',
  };
  for (const record of records) {
    const read = importRow(record, rules);
    if (!('row' in read)) continue;
    const { idempotencyKey, content } = read.row.request;
    const key = String(idempotencyKey);
    // One key for two texts would be refused as a conflict, and a message lost.
    expect(store.get(key) ?? content).toBe(content);
    store.set(key, content);
  }
}

function count(texts: Iterable<unknown>, text: unknown): number {
  return [...texts].filter((one) => one === text).length;
}

const text = fc.constantFrom('a', 'b', 'c', 'd');
const row = fc.option(text, { freq: 6 });
const edit = fc.oneof(
  fc.record({ how: fc.constant('correct' as const), at: fc.nat(), row }),
  fc.record({ how: fc.constant('remove' as const), at: fc.nat(), row }),
  fc.record({ how: fc.constant('insert' as const), at: fc.nat(), row }),
);

describe.each(['csv', 'ndjson'] as const)('an import of %s that is run again', (format) => {
  test('stores nothing twice, whichever rows were corrected, removed or put in between', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 12 }),
        fc.array(edit, { maxLength: 6 }),
        async (first, edits) => {
          const versions: File[] = [first];
          for (const { how, at, row: changed } of edits) {
            const file = [...(versions.at(-1) ?? [])];
            const index = at % (file.length + 1);
            file.splice(index, how === 'insert' ? 0 : 1, ...(how === 'remove' ? [] : [changed]));
            versions.push(file);
          }
          const store = new Map<string, unknown>();
          for (const file of versions) importInto(store, await FORMATS[format](file), format);
          for (const said of ['a', 'b', 'c', 'd']) {
            const most = Math.max(...versions.map((file) => count(file, said)));
            expect(count(store.values(), said)).toBeLessThanOrEqual(most);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test('stores every row of the last version', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { maxLength: 12 }),
        fc.array(text, { maxLength: 12 }),
        async (first, last) => {
          const store = new Map<string, unknown>();
          for (const file of [first, last]) importInto(store, await FORMATS[format](file), format);
          for (const said of ['a', 'b', 'c', 'd'])
            expect(count(store.values(), said)).toBe(Math.max(count(first, said), count(last, said)));
        },
      ),
      { numRuns: 100 },
    );
  });
});
