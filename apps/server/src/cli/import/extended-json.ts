/**
 * A value as `mongoexport` writes it: `{"$oid": …}`, `{"$date": …}` and numbers become the text or the number that they stand for. Everything else stays as
 * it is.
 * @see https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/
 */
export function plainValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return value;
  const [type, inner]: [string, unknown] = entry;
  switch (type) {
    case '$oid':
      return inner;
    case '$date':
      return dateOf(inner) ?? value;
    case '$numberInt':
    case '$numberLong':
    case '$numberDouble':
      return Number(inner);
    default:
      return value;
  }
}

/** RFC 3339; null where it is no date. */
function dateOf(inner: unknown): string | null {
  const given = plainValue(inner);
  if (typeof given !== 'string' && typeof given !== 'number') return null;
  const at = new Date(given);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
