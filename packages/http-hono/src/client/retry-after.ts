/**
 * The wait that a response asks for, in ms (RFC 9110, section 10.2.3: seconds or an HTTP date). A date counts from the response's own
 * `Date`, so the clocks may differ. One in the past is 0; null when the header is absent or says nothing readable.
 */
export function retryAfterMs(headers: Headers): number | null {
  const given = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(given)) return Number(given) * 1000;
  // `Date.parse` reads a number as a year.
  const at = /^[A-Z][a-z]+,? /.test(given) ? Date.parse(given) : Number.NaN;
  if (Number.isNaN(at)) return null;
  const sentAt = Date.parse(headers.get('date') ?? '');
  return Math.max(0, at - (Number.isNaN(sentAt) ? Date.now() : sentAt));
}
