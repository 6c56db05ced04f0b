import { MAX_RECORD_BYTES } from './source-record.ts';

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
export async function* byteLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<ByteLine> {
  let parts: Buffer[] = [];
  let kept = 0;
  let end = 0;
  let line = 0;
  let isTooLong = false;
  const keep = (part: Buffer): void => {
    end += part.length;
    isTooLong ||= kept + part.length > MAX_RECORD_BYTES;
    if (isTooLong) return;
    parts.push(part);
    kept += part.length;
  };
  const take = (): ByteLine => {
    line += 1;
    const taken = { line, bytes: withoutReturn(Buffer.concat(parts)), isTooLong, end };
    parts = [];
    kept = 0;
    isTooLong = false;
    return taken;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, at));
      end += 1;
      from = at + 1;
      yield take();
    }
    if (from < chunk.length) keep(chunk.subarray(from));
  }
  if (kept > 0 || isTooLong) yield take();
}

function withoutReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes;
}
