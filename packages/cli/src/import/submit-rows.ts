import { type MessageJson, type SmsSegments, smsSegments } from '@messaging-system/http-hono';
import type { ApiAnswer, ApiRefusal } from '../connection/messaging-api.ts';
import { refusalError } from '../connection/messaging-api.ts';
import type { ImportRow, Reject } from './import-row.ts';

/** How many SMS segments there are in each encoding. */
export type Segments = Readonly<Record<SmsSegments['encoding'], number>>;

export const NO_SEGMENTS: Segments = { 'GSM-7': 0, 'UCS-2': 0 };

export interface Submitted {
  readonly stored: number;
  /** Rows whose message was there before. */
  readonly existing: number;
  /** As SMS, of those that are stored. */
  readonly segments: Segments;
  readonly rejects: readonly Reject[];
}

/** Gives rows to the API as one call; comes back with an answer, or throws. */
export type AskToStore = (
  requests: readonly ImportRow['request'][],
) => Promise<ApiAnswer<readonly MessageJson[]>>;

/** The fix for the user. */
export interface Advice {
  /** About a key that belongs to another message. */
  readonly conflict: string;
  /** About a phone number that is not international. */
  readonly national: string;
}

const NO_ADVICE: Advice = { conflict: '', national: '' };

/**
 * Stores rows. The API takes all of a call or nothing: what it refuses is taken out, and the rest given to it again; a call that is too large is
 * halved. Repeating it stores nothing twice, since every row has a key.
 * @param since messages that were created before were stored by an earlier run
 * @param advice comes after the problems that it is about
 * @throws CommandError for a refusal that is about no row
 */
export async function submitRows(
  rows: readonly ImportRow[],
  ask: AskToStore,
  since: number,
  advice: Advice = NO_ADVICE,
): Promise<Submitted> {
  const rejects: Reject[] = [];
  let left = rows;
  while (left.length > 0) {
    const answer = await ask(left.map(({ request }) => request));
    if (answer.isOk) return { ...counted(answer.body, since), rejects };
    const [only] = left;
    if (answer.status === 413 && left.length > 1) {
      const half = Math.ceil(left.length / 2);
      const parts = [
        await submitRows(left.slice(0, half), ask, since, advice),
        await submitRows(left.slice(half), ask, since, advice),
      ];
      return parts.reduce(added, { ...NOTHING, rejects });
    }
    const problems =
      answer.status === 413 && only !== undefined
        ? new Map([[0, ['is larger than the server takes']]])
        : problemsByRow(answer, left, advice);
    if (problems.size === 0) throw refusalError(answer);
    for (const [index, texts] of problems) {
      const row = left[index];
      if (row !== undefined) rejects.push(rejectOf(row, texts));
    }
    left = left.filter((_, index) => !problems.has(index));
  }
  return { ...NOTHING, rejects };
}

const NOTHING: Submitted = { stored: 0, existing: 0, segments: NO_SEGMENTS, rejects: [] };

function added(one: Submitted, other: Submitted): Submitted {
  return {
    stored: one.stored + other.stored,
    existing: one.existing + other.existing,
    segments: addedSegments(one.segments, other.segments),
    rejects: [...one.rejects, ...other.rejects],
  };
}

function rejectOf({ line, values, cells }: ImportRow, problems: readonly string[]): Reject {
  return { line, lastLine: line, problems, values, cells, text: null };
}

/** Repeated keys of a call mean one message, which is counted once as stored. */
function counted(messages: readonly MessageJson[], since: number): Omit<Submitted, 'rejects'> {
  const fresh = new Map(
    messages.filter(({ createdAt }) => isSince(createdAt, since)).map(({ id, content }) => [id, content]),
  );
  const segments = { ...NO_SEGMENTS };
  for (const content of fresh.values()) {
    const sms = smsSegments(content);
    segments[sms.encoding] += sms.segments;
  }
  return { stored: fresh.size, existing: messages.length - fresh.size, segments };
}

export function addedSegments(one: Segments, other: Segments): Segments {
  return { 'GSM-7': one['GSM-7'] + other['GSM-7'], 'UCS-2': one['UCS-2'] + other['UCS-2'] };
}

function isSince(createdAt: string | null, since: number): boolean {
  return createdAt !== null && Date.parse(createdAt) >= since;
}

function problemsByRow(
  { code, details }: ApiRefusal,
  rows: readonly ImportRow[],
  advice: Advice,
): ReadonlyMap<number, readonly string[]> {
  const problems = new Map<number, string[]>();
  if (!Array.isArray(details)) return problems;
  for (const detail of details) {
    const row = isDetail(detail) ? rows[detail.index] : undefined;
    if (!isDetail(detail) || detail.stored === true || row === undefined) continue;
    const text =
      code === 'idempotency_conflict'
        ? `idempotencyKey belongs to another message${advice.conflict}, ${String(detail.id)}`
        : `${detail.field === undefined ? '' : `${String(detail.field)} `}${String(detail.problem)}${detail.field === 'phoneNumber' && isNational(row) ? advice.national : ''}`;
    problems.set(detail.index, [...(problems.get(detail.index) ?? []), text]);
  }
  return problems;
}

function isNational({ request: { phoneNumber } }: ImportRow): boolean {
  return typeof phoneNumber === 'string' && /^\d[\d\s().\-/]*$/.test(phoneNumber);
}

interface Detail {
  readonly index: number;
  readonly id?: unknown;
  readonly stored?: unknown;
  readonly field?: unknown;
  readonly problem?: unknown;
}

function isDetail(value: unknown): value is Detail {
  return typeof value === 'object' && value !== null && 'index' in value && Number.isInteger(value.index);
}
