// W3C Trace Context §3.2.2: version, trace id, parent id, flags; lower case. Additions of later versions come after another dash (§3.2.4).
const FORMAT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

const NO_TRACE = '0'.repeat(32);
const NO_PARENT = '0'.repeat(16);
const SAMPLED = 0x01;

/**
 * The `traceparent` as it may be stored and sent on; null for one that is invalid, which is to be ignored as if there were none. One of a later
 * version comes back in version 00, with the flag of that version: sampled or not.
 * @see https://www.w3.org/TR/trace-context/ §3.2.2 and §3.2.4
 */
export function validTraceparent(value: string | null | undefined): string | null {
  const [, version, traceId, parentId, flags, rest] = FORMAT.exec(value ?? '') ?? [];
  if (version === undefined || version === 'ff' || traceId === NO_TRACE || parentId === NO_PARENT)
    return null;
  if (version === '00') return rest === undefined ? `00-${traceId}-${parentId}-${flags}` : null;
  const sampled = Number.parseInt(flags ?? '', 16) & SAMPLED;
  return `00-${traceId}-${parentId}-0${sampled}`;
}
