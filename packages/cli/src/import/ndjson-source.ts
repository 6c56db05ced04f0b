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
    yield values === null ? unreadable('is not a JSON object') : { kind: 'record', line, end, values };
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

export interface ByteLine {
  /** From 1. */
  readonly line: number;
  /** Without its end; of a line that is too long only the beginning. */
  readonly bytes: Buffer;
  readonly isTooLong: boolean;
  /** Where the next line begins. */
  readonly end: number;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Cuts bytes into lines that end in LF or CRLF. Of one that is longer than a record may be no more than that is kept. */
async function* byteLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<ByteLine> {
  let parts: Buffer[] = [];
  let length = 0;
  let end = 0;
  let line = 0;
  const take = (): ByteLine => {
    line += 1;
    const taken = {
      line,
      bytes: withoutReturn(Buffer.concat(parts)),
      isTooLong: length > MAX_RECORD_BYTES,
      end,
    };
    parts = [];
    length = 0;
    return taken;
  };
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; ) {
      const at = chunk.indexOf(NEWLINE, from);
      const part = chunk.subarray(from, at === -1 ? chunk.length : at);
      length += part.length;
      if (length <= MAX_RECORD_BYTES) parts.push(part);
      from += part.length + 1;
      end += part.length + (at === -1 ? 0 : 1);
      if (at !== -1) yield take();
    }
  }
  if (length > 0) yield take();
}

function withoutReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes;
}
