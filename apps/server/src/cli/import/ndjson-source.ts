import { byteLines } from './byte-lines.ts';
import { keptText, MAX_RECORD_BYTES, type RecordSource, type SourceRecord } from './source-record.ts';

/** A JSON object on each line; blank lines are passed over. */
export function ndjsonSource(chunks: AsyncIterable<Buffer>): RecordSource {
  return { columns: null, csv: null, records: records(chunks) };
}

async function* records(chunks: AsyncIterable<Buffer>): AsyncGenerator<SourceRecord> {
  // The one that is fatal also drops a byte order mark.
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  for await (const { line, bytes, isTooLong, end } of byteLines(chunks)) {
    const unreadable = (problem: string): SourceRecord => {
      const text = Buffer.from(keptText(bytes.toString('latin1')), 'latin1').toString();
      return { kind: 'unreadable', line, lastLine: line, end, problem, text };
    };
    if (isTooLong) {
      yield unreadable(`is longer than ${MAX_RECORD_BYTES} bytes`);
      continue;
    }
    let text: string;
    try {
      text = utf8.decode(bytes);
    } catch {
      yield unreadable('is not UTF-8');
      continue;
    }
    if (text.trim() === '') continue;
    const values = objectOf(text);
    yield values === null ? unreadable('is no JSON object') : { kind: 'record', line, end, values };
  }
}

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
