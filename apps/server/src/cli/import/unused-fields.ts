import type { ContentTemplate } from './column-mapping.ts';
import { type ColumnMapping, columnFor, fieldOfName, isStatus } from './column-mapping.ts';
import type { SourceRecord } from './source-record.ts';

// A file whose names are all different has no names.
const MOST_NAMES = 100;

/**
 * The same records. Tells of every field that is not looked at when it is seen for the first time, as the header of CSV does for all of them.
 * @param onUnused gets the name and the line
 */
export async function* noteUnused(
  records: AsyncIterable<SourceRecord>,
  mapping: ColumnMapping,
  content: ContentTemplate | null,
  onUnused: (name: string, line: number) => void,
): AsyncGenerator<SourceRecord> {
  const known = new Set(Object.values(mapping));
  for await (const record of records) {
    yield record;
    if (record.kind !== 'record' || known.size >= MOST_NAMES) continue;
    for (const name of Object.keys(record.values)) {
      if (known.has(name)) continue;
      known.add(name);
      const isFilling = (content?.names ?? []).some((each) => columnFor(each, [name]) !== null);
      if (fieldOfName(name) === null && !isStatus(name) && !isFilling) onUnused(name, record.line);
    }
  }
}
