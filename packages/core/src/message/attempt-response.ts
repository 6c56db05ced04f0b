/**
 * The response to an attempt, for people to read: nothing is decided by it. It may repeat the phone number and the content, so
 * it is as personal as the message: it is erased with it, and never logged.
 */
export interface AttemptResponse {
  readonly status: number;
  /** A few, such as `content-type` and ids of the request; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Its beginning. */
  readonly body: string;
}

/** Only so many last attempts keep a response. With the limits below, a message has at most 8 kB of them. */
export const KEPT_RESPONSES = 6;
/** In bytes of UTF-8. */
const MAX_BODY_BYTES = 1_024;
/** In bytes, of names and values. */
const MAX_HEADERS_BYTES = 320;

// Every store can keep these names as fields. Other header names are rare and rarely useful.
const HEADER_NAME = /^[a-z0-9_-]+$/;

/** The part of a response that is kept: the first kB of its body, and the first headers that have room. */
export function keptResponse({ status, headers, body }: AttemptResponse): AttemptResponse {
  let left = MAX_HEADERS_BYTES;
  const kept = Object.entries(headers).flatMap(([given, value]) => {
    const name = given.toLowerCase();
    const size = utf8Length(name) + utf8Length(value);
    if (!HEADER_NAME.test(name) || size > left) return [];
    left -= size;
    return [[name, value.toWellFormed()] as const];
  });
  return { status, headers: Object.fromEntries(kept), body: firstBytes(body, MAX_BODY_BYTES).toWellFormed() };
}

/** Reads a response of unknown origin, such as a store or a sender without types; null if it is not one. */
export function readResponse(value: unknown): AttemptResponse | null {
  if (typeof value !== 'object' || value === null) return null;
  const { status, headers, body }: Partial<Record<keyof AttemptResponse, unknown>> = value;
  if (typeof status !== 'number' || !Number.isFinite(status) || typeof body !== 'string') return null;
  return isTexts(headers) ? { status, headers, body } : null;
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((each) => typeof each === 'string')
  );
}

/** The beginning that has at most so many bytes as UTF-8, cut between two characters. */
function firstBytes(text: string, limit: number): string {
  // No unit takes more than three bytes.
  if (text.length * 3 <= limit) return text;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += utf8Length(character);
    if (bytes > limit) return text.slice(0, end);
    end += character.length;
  }
  return text;
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
