import type { AmbiguityPolicy, ClaimedMessage, ClaimRequest } from '@messaging-system/core/adapter';
import type { ModelLease, ModelMessage } from './model-message.ts';
import type { ReferenceModel } from './reference-model.ts';

export interface Claimant {
  readonly holder: object;
  readonly policy: AmbiguityPolicy;
  /** It claims to see whether the endpoint is back. */
  readonly isProbing: boolean;
}

/** Holds a claim against what the port promises, and notes it. Called when the claim takes effect, before anything else happens. */
export function noteClaim(
  model: ReferenceModel,
  claimWindow: number,
  request: ClaimRequest,
  claimed: readonly ClaimedMessage[],
  claimant: Claimant,
): void {
  const due = [...model.messages].filter((message) => isDue(message, request.now));
  const picked = new Set<ModelMessage>();
  for (const one of claimed) {
    const message = model.get(one.message.id);
    if (message === undefined || picked.has(message)) {
      model.report('claims only what is due', `a claim returned ${one.message.id}, unknown or twice`);
      continue;
    }
    picked.add(message);
    checkClaimable(model, message, request);
    note(model, message, one, request, claimant);
  }
  checkCount(model, picked.size, due.length, request.limit);
  checkOrder(model, due, picked, claimWindow);
  checkShares(model, due, picked, request.limit);
}

// Before the claim was noted, so by what was true then.
function isDue(message: ModelMessage, now: number): boolean {
  return message.status === 'unsent' && (message.availableAt === null || message.availableAt <= now);
}

function checkClaimable(model: ReferenceModel, message: ModelMessage, request: ClaimRequest): void {
  const { status, availableAt } = message;
  const broken = model.reportOn(message);
  if (status === 'sent') broken('claims nothing after its ack was stored', 'was claimed after its ack');
  else if (!isDue(message, request.now))
    broken('claims only what is due', `was claimed at ${request.now}: ${status}, due ${availableAt}`);
}

function note(
  model: ReferenceModel,
  message: ModelMessage,
  claimed: ClaimedMessage,
  request: ClaimRequest,
  claimant: Claimant,
): void {
  const broken = model.reportOn(message);
  const lost = message.lease;
  const interrupted = lost !== null;
  const isForeign = message.isForeign && message.leases.every((lease) => lease.settlement?.kind !== 'nack');
  const mayHaveBegun = interrupted && (!lost.journals || lost.isBegun);
  message.inDoubt ||= mayHaveBegun;
  if (lost !== null) lost.end = 'taken_over';
  if (mayHaveBegun) message.lostLeases += 1;
  const expected = JSON.stringify({ interrupted, inDoubt: message.inDoubt });
  const told = JSON.stringify({ interrupted: claimed.interrupted, inDoubt: claimed.inDoubt });
  if (told !== expected) broken('tells the truth about a claim', `is ${expected}, the claim says ${told}`);
  if (isForeign && !claimed.foreign)
    broken('tells the truth about a claim', "is another service's, the claim does not say so");
  const lease: ModelLease = {
    token: request.leaseToken,
    holder: claimant.holder,
    policy: claimant.policy,
    generation: message.generation,
    journals: request.journals || message.lostLeases > 0,
    isSuspect: message.lostLeases > 0,
    isProbe: claimant.isProbing,
    isDoubtful: interrupted || message.inDoubt || claimed.foreign,
    inDoubt: message.inDoubt,
    leasedUntil: request.leasedUntil,
    isBegun: false,
    end: null,
    settlement: null,
    request: null,
    recall: 'not_asked',
    reconciled: null,
  };
  message.dueAt = message.availableAt;
  message.availableAt = request.leasedUntil;
  message.lease = lease;
  message.leases.push(lease);
}

function checkCount({ report }: ReferenceModel, picked: number, due: number, limit: number): void {
  const expected = Math.min(limit, due);
  if (picked !== expected)
    report('claims as much as it may', `a claim of ${limit} took ${picked} of the ${due} that were due`);
}

function checkOrder(
  model: ReferenceModel,
  due: readonly ModelMessage[],
  picked: ReadonlySet<ModelMessage>,
  claimWindow: number,
): void {
  const left = due.filter((message) => !picked.has(message) && message.availableAt !== null);
  for (const message of picked) {
    // `dueAt` is what `availableAt` was before the claim.
    const place = message.dueAt;
    if (place === null) continue;
    const passedOver = left.filter((other) => other.availableAt !== null && other.availableAt < place);
    if (passedOver.length > claimWindow)
      model.reportOn(message)(
        'claims in due order within the claim window',
        `was claimed while ${passedOver.map(({ name }) => name).join(' ')} were due earlier`,
        ...passedOver,
      );
  }
}

/** A claim of at least two takes from both streams where both have something. */
function checkShares(
  { report }: ReferenceModel,
  due: readonly ModelMessage[],
  picked: ReadonlySet<ModelMessage>,
  limit: number,
): void {
  if (limit < 2) return;
  const isForeignPlace = (message: ModelMessage): boolean =>
    picked.has(message) ? message.dueAt === null : message.availableAt === null;
  for (const foreign of [true, false]) {
    const stream = due.filter((message) => isForeignPlace(message) === foreign);
    if (stream.length > 0 && !stream.some((message) => picked.has(message)))
      report(
        'claims in due order within the claim window',
        `a claim of ${limit} took nothing ${foreign ? "of another service's" : 'of ours'}`,
        ...stream,
      );
  }
}
