const INSTANT =
  /^(?<date>\d{4}-\d{2}-\d{2})[Tt](?<time>\d{2}:\d{2}:\d{2})(?<fraction>\.\d+)?(?<zone>[Zz]|[+-]\d{2}:\d{2})$/;

/** Reads an instant of RFC 3339 §5.6, with any number of decimals, as epoch ms; null for anything else. */
export function parseInstant(text: string): number | null {
  const parts = INSTANT.exec(text)?.groups;
  if (parts === undefined) return null;
  // To the millisecond: what engines do with more decimals is their own affair.
  const fraction = (parts.fraction ?? '').slice(0, 4);
  const at = Date.parse(`${parts.date}T${parts.time}${fraction}${parts.zone?.toUpperCase()}`);
  return Number.isNaN(at) ? null : at;
}
