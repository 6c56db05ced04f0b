import type { NewMessage } from '../message/message.ts';
import { brokenRules, type MessageRules } from '../message/message-rules.ts';
import { type Metadata, metadataProblems, withMetadata } from '../message/metadata.ts';
import { traceOf } from './trace-of.ts';

/** A caller's request to deliver a message. Instants are epoch ms, not before 2001: those would be epoch seconds, which are refused. */
export interface EnqueueRequest {
  readonly phoneNumber: string;
  readonly content: string;
  /** The same key stores one message, however often it is asked for. 1 to 255 characters. */
  readonly idempotencyKey?: string;
  /** Not before. */
  readonly sendAt?: number;
  /** Not from then on; must be later than now and than `sendAt`. */
  readonly expiresAt?: number;
  /**
   * The W3C `traceparent` of the span that it belongs to; absent takes the one that is active (`MessagesDependencies.traceContext`), null takes none. An
   * invalid one is ignored. No part of what is asked for: a repeat with another one is the same request, and keeps the first.
   */
  readonly traceparent?: string | null;
  /** Kept with the message as it is, up to 16 entries: names of 1 to 64 letters, digits, `-` and `_`, values of up to 256 characters. */
  readonly metadata?: Metadata;
}

/** One thing that is wrong with one request. */
export interface EnqueueProblem {
  /** Position in the call. */
  readonly index: number;
  readonly field: keyof EnqueueRequest;
  readonly problem: string;
}

/** The new message of a request; `active` is the span that it was made in. */
export function newMessage(request: EnqueueRequest, createdAt: number, active: string | null): NewMessage {
  return withMetadata(request.metadata, {
    phoneNumber: request.phoneNumber,
    content: request.content,
    idempotencyKey: request.idempotencyKey ?? null,
    sendAt: request.sendAt ?? null,
    expiresAt: request.expiresAt ?? null,
    createdAt,
    traceparent: traceOf(request.traceparent, active),
  });
}

const MAX_KEY_LENGTH = 255;

/** 2001-01-01. The present in epoch seconds, read as milliseconds, is in January 1970. */
const EARLIEST_MS = 978_307_200_000;

/** Every problem that a request has by itself, of every request. */
export function checkRequests(
  requests: readonly EnqueueRequest[],
  rules: MessageRules,
  now: number,
): readonly EnqueueProblem[] {
  return requests.flatMap((request, index) => [
    ...brokenRules(request, rules).map((broken) => ({ index, ...broken })),
    ...checkKey(request.idempotencyKey, index),
    ...checkInstants(request, index, now),
    ...checkMetadata(request.metadata, index),
  ]);
}

function checkKey(key: string | undefined, index: number): EnqueueProblem[] {
  if (key === undefined || (key.length >= 1 && key.length <= MAX_KEY_LENGTH)) return [];
  return [{ index, field: 'idempotencyKey', problem: `must have 1 to ${MAX_KEY_LENGTH} characters` }];
}

function checkMetadata(metadata: Metadata | undefined, index: number): EnqueueProblem[] {
  if (metadata === undefined) return [];
  return metadataProblems(metadata).map(({ name, problem }) => ({
    index,
    field: 'metadata',
    problem: name === undefined ? problem : `${name} ${problem}`,
  }));
}

function checkInstants(request: EnqueueRequest, index: number, now: number): EnqueueProblem[] {
  const problems: EnqueueProblem[] = [];
  for (const field of ['sendAt', 'expiresAt'] as const) {
    const instant = request[field];
    if (instant === undefined) continue;
    if (!isInstant(instant))
      problems.push({ index, field, problem: 'must be an instant in epoch milliseconds' });
    // A clock of a test may stand before 2001 itself.
    else if (instant < EARLIEST_MS && now >= EARLIEST_MS)
      problems.push({
        index,
        field,
        problem: 'must not be before 2001-01-01; instants are epoch milliseconds, not seconds',
      });
  }
  if (problems.length > 0) return problems;
  if (request.expiresAt !== undefined && request.expiresAt <= Math.max(now, request.sendAt ?? now)) {
    problems.push({ index, field: 'expiresAt', problem: 'must be later than now and than sendAt' });
  }
  return problems;
}

/** The range that a `Date` can hold, 1970 on. */
function isInstant(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 8_640_000_000_000_000;
}
