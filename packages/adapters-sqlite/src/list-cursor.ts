const MARK = 'before:';

/** Opaque: the id that the next page starts below, marked so that the cursors of other stores are told apart. */
export function encodeCursor(id: string): string {
  return Buffer.from(MARK + id).toString('base64url');
}

/** The id, or null for what `encodeCursor` did not make. */
export function decodeCursor(cursor: string): string | null {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!text.startsWith(MARK)) return null;
  const id = text.slice(MARK.length);
  return encodeCursor(id) === cursor ? id : null;
}
