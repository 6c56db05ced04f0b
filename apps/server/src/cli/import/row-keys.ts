import { createHash } from 'node:crypto';

/**
 * The keys of the rows of one source. Rows that have no key of their own get one: by what a row says, and which of the rows that say the same it is. So it stays the same when other rows of the
 * file are corrected, removed or put in between, and a row that was stored is not stored again. Remembers a few dozen bytes for each different row.
 */
export class RowKeys {
  /** What tells this file from another one with the same rows. */
  readonly source: string;
  // Several, since one map holds no more than 16 million; by the first byte of the digest.
  readonly #seen = Array.from({ length: 256 }, () => new Map<number, number>());

  constructor(source: string) {
    this.source = source;
  }

  /** Of the row that has this value where only one of the source may have it. No two sources share such a key. */
  inSource(value: string): string {
    return `${this.source.replace(/[%:]/g, encodeURIComponent)}:${value}`;
  }

  /** Of the next row of the file that has none. */
  next({ phoneNumber, content, sendAt, expiresAt }: Readonly<Record<string, unknown>>): string {
    const said = digestOf([this.source, phoneNumber, content, sendAt, expiresAt]);
    const seen = this.#seen[said.readUInt8(0)];
    // 48 bits of the rest: two rows that share them only count together.
    const short = said.readUIntBE(1, 6);
    const nth = (seen?.get(short) ?? 0) + 1;
    seen?.set(short, nth);
    return `import:${digestOf([said.toString('base64url'), nth]).toString('base64url')}`;
  }
}

function digestOf(said: readonly unknown[]): Buffer {
  return createHash('sha256').update(JSON.stringify(said)).digest();
}
