import type { CancelResult, RedriveFilter, RedriveResult } from '@messaging-system/core';
import type { InsertResult, NewMessage } from '@messaging-system/core/adapter';
import type { ModelMessage } from './model-message.ts';
import type { ReferenceModel } from './reference-model.ts';

/** Notes an insert. `nameOf` names a new message of the call. */
export function noteInsert(
  model: ReferenceModel,
  asked: readonly NewMessage[],
  result: InsertResult,
  nameOf: (asked: NewMessage) => string,
): void {
  const { report } = model;
  const conflicting = asked.some((one) => {
    const existing = model.byKey(one.idempotencyKey);
    return existing !== undefined && existing.content !== one.content;
  });
  if (conflicting !== (result.kind === 'conflict'))
    report(
      'stores one message for a key',
      `an insert is ${result.kind}, its keys ${conflicting ? 'clash' : 'do not'}`,
    );
  if (result.kind === 'conflict') return;
  asked.forEach((one, index) => {
    const item = result.items[index];
    const existing = model.byKey(one.idempotencyKey);
    if (item === undefined) {
      report('keeps what it was told', 'an insert does not report every message');
    } else if (existing !== undefined) {
      if (item.kind !== 'existing' || item.message.id !== existing.id)
        report('stores one message for a key', `${existing.name}'s key stored another message`, existing);
    } else {
      if (item.kind !== 'stored') report('stores one message for a key', 'an unused key was called existing');
      model.add(item.message.id, nameOf(one), one);
    }
  });
}

export function noteCancel(
  model: ReferenceModel,
  ids: readonly string[],
  at: number,
  results: readonly CancelResult[],
): void {
  ids.forEach((id, index) => {
    const message = model.get(id);
    const expected =
      message === undefined
        ? 'not_found'
        : message.status !== 'unsent'
          ? 'refused'
          : message.lease === null || (message.lease.journals && !message.lease.isBegun)
            ? 'cancelled'
            : 'in_flight';
    checkAnswer(model, 'cancel', message, expected, results[index]?.kind);
    if (message === undefined || expected !== 'cancelled') return;
    message.status = 'cancelled';
    message.settledAt = at;
    message.availableAt = null;
    if (message.lease !== null) message.lease.end = 'cancelled';
    message.lease = null;
  });
}

export function noteRedrive(
  model: ReferenceModel,
  ids: readonly string[],
  at: number,
  results: readonly RedriveResult[],
): void {
  ids.forEach((id, index) => {
    const message = model.get(id);
    const waits = message !== undefined && waitsForRetry(message, at);
    const may = waits || message?.status === 'failed' || message?.status === 'unknown';
    const expected = message === undefined ? 'not_found' : may ? 'redriven' : 'refused';
    checkAnswer(model, 'redrive', message, expected, results[index]?.kind);
    if (message !== undefined && waits) message.availableAt = message.dueAt = at;
    else if (message !== undefined && may) redrive(message, at);
  });
}

/** Says which messages were changed. */
export function noteRedriveMatching(
  model: ReferenceModel,
  filter: RedriveFilter,
  at: number,
  limit: number,
  count: number,
): readonly ModelMessage[] {
  const matching = [...model.messages].filter(
    (message) => message.status === filter.status && (message.settledAt ?? 0) < at,
  );
  if (count !== Math.min(matching.length, limit))
    model.report(
      'tells operators the truth',
      `redriveMatching says ${count} of ${matching.length}`,
      ...matching,
    );
  for (const message of matching) redrive(message, at);
  return matching;
}

/** Unsent, held by nobody, and put off: only a nack leaves a reason. */
function waitsForRetry({ status, lease, availableAt, reason }: ModelMessage, at: number): boolean {
  const isLater = availableAt !== null && availableAt > at;
  return status === 'unsent' && lease === null && isLater && reason !== null;
}

function redrive(message: ModelMessage, at: number): void {
  message.status = 'unsent';
  message.availableAt = message.dueAt = at;
  message.expiresAt = null;
  message.settledAt = null;
  message.attempts = 0;
  message.lostLeases = 0;
  message.inDoubt = false;
  message.reason = null;
  message.generation += 1;
}

function checkAnswer(
  { report }: ReferenceModel,
  operation: string,
  message: ModelMessage | undefined,
  expected: string,
  answer: string | undefined,
): void {
  if (answer === expected) return;
  const about = message === undefined ? [] : [message];
  report(
    'tells operators the truth',
    `${operation} of ${message?.name} is ${answer}, not ${expected}`,
    ...about,
  );
}
