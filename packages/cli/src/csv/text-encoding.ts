/**
 * How a file writes its text. Cells go through the parser as byte strings, one character for each byte: so what cannot be read can
 * still be written back as it was.
 */
export interface TextEncoding {
  readonly name: string;
  /** Null: these bytes are not text. */
  readonly decode: (bytes: string) => string | null;
  /** A byte string; `?` for what the encoding has no letter for. */
  readonly encode: (text: string) => string;
  /** Byte strings of UTF-16 are UTF-8: no byte of those is half a letter and looks like a comma. */
  readonly utf16: 'le' | 'be' | null;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is these and no other.
const ASCII = /^[\x00-\x7f]*$/;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const UTF_8: TextEncoding = utf8Strings('UTF-8', null);
export const UTF_16LE: TextEncoding = utf8Strings('UTF-16LE', 'le');
export const UTF_16BE: TextEncoding = utf8Strings('UTF-16BE', 'be');

/** The encoding of a label as the web has them; null for one that is unknown, or has several bytes for a letter. */
export function encodingOf(label: string): TextEncoding | null {
  const decoder = decoderOf(label);
  switch (decoder?.encoding) {
    case undefined:
      return null;
    case 'utf-8':
      return UTF_8;
    case 'utf-16le':
      return UTF_16LE;
    case 'utf-16be':
      return UTF_16BE;
    default:
      return decoder === null ? null : singleByte(decoder);
  }
}

function utf8Strings(name: string, utf16: TextEncoding['utf16']): TextEncoding {
  return {
    name,
    decode: (bytes) => {
      if (ASCII.test(bytes)) return bytes;
      try {
        return strictUtf8.decode(Buffer.from(bytes, 'latin1'));
      } catch {
        return null;
      }
    },
    encode: (text) => (ASCII.test(text) ? text : Buffer.from(text).toString('latin1')),
    utf16,
  };
}

function singleByte(decoder: InstanceType<typeof TextDecoder>): TextEncoding | null {
  const letters = Array.from({ length: 256 }, (_, byte) => decoder.decode(Uint8Array.of(byte)));
  const isAscii = letters.slice(0, 128).every((letter, byte) => letter === String.fromCharCode(byte));
  if (!isAscii || letters.some((letter) => letter.length !== 1)) return null;
  const bytes = new Map(letters.map((letter, byte) => [letter, String.fromCharCode(byte)]));
  return {
    name: decoder.encoding,
    decode: (text) => {
      if (ASCII.test(text)) return text;
      const read = Array.from(text, (byte) => letters[byte.charCodeAt(0)] ?? '\uFFFD').join('');
      return read.includes('\uFFFD') ? null : read;
    },
    encode: (text) => Array.from(text, (letter) => bytes.get(letter) ?? '?').join(''),
    utf16: null,
  };
}

function decoderOf(label: string): InstanceType<typeof TextDecoder> | null {
  try {
    return new TextDecoder(label);
  } catch {
    return null;
  }
}
