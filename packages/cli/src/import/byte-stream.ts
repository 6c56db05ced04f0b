import type { TextEncoding } from '../csv/text-encoding.ts';

/** The beginning of a stream, and the whole of it, that beginning included. */
export async function peek(
  chunks: AsyncIterable<Buffer>,
  bytes: number,
): Promise<{ readonly head: Buffer; readonly chunks: AsyncIterable<Buffer> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const parts: Buffer[] = [];
  let isEnd = false;
  for (let read = 0; read < bytes && !isEnd; ) {
    const next = await iterator.next();
    isEnd = next.done === true;
    if (next.done !== true) {
      parts.push(next.value);
      read += next.value.length;
    }
  }
  const head = Buffer.concat(parts);
  return { head, chunks: whole(head, iterator) };
}

async function* whole(head: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

export async function* withoutFirst(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of chunks) {
    if (left < chunk.length) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

/** The same text in UTF-8. */
export async function* utf16AsUtf8(
  chunks: AsyncIterable<Buffer>,
  order: NonNullable<TextEncoding['utf16']>,
): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(`utf-16${order}`, { ignoreBOM: true });
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield Buffer.from(text);
  }
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest);
}

/** UTF-8 as a file of UTF-16 has it. */
export function utf8AsUtf16(bytes: Buffer, order: NonNullable<TextEncoding['utf16']>): Buffer {
  const little = Buffer.from(bytes.toString(), 'utf16le');
  return order === 'le' ? little : little.swap16();
}
