import type { Mutation } from './mutation.ts';

const DISPATCH = 'core/src/dispatch';

export const DISPATCHER_MUTATIONS: readonly Mutation[] = [
  {
    name: 'ack before the answer',
    file: `${DISPATCH}/delivery.ts`,
    find: 'const outcome = await this.#watchdog.send(message, attempt);',
    replace:
      "const outcome = await Promise.race([this.#watchdog.send(message, attempt), Promise.resolve({ kind: 'accepted' as const })]);",
  },
  {
    name: 'forgotten recall',
    file: `${DISPATCH}/claimer.ts`,
    find: 'doubtful.length === 0',
    replace: 'doubtful.length >= 0',
  },
  {
    name: 'recall of doubted ones only',
    file: `${DISPATCH}/claimer.ts`,
    find: 'one.interrupted || one.inDoubt || one.foreign)',
    replace: 'one.inDoubt)',
  },
  {
    name: 'lease shorter than the send',
    file: `${DISPATCH}/lease-keeper.ts`,
    find: 'this.#context.time.now() >= this.#context.options.sendTimeoutMs',
    replace: 'this.#context.time.now() >= 0',
  },
  {
    name: 'extension not asked for',
    file: `${DISPATCH}/lease-keeper.ts`,
    find: 'repository.extendLease(batch.leaseToken, ids, leasedUntil),',
    replace: 'repository.extendLease(batch.leaseToken, [], leasedUntil),',
  },
  {
    name: 'extension whose loss is ignored',
    file: `${DISPATCH}/lease-keeper.ts`,
    find: 'for (const entry of lost) batch.close(entry, ',
    replace: 'for (const entry of lost.slice(1)) batch.close(entry, ',
  },
  {
    name: 'release of what has begun',
    file: `${DISPATCH}/delivery.ts`,
    find: "if (this.#cutOff.aborted && outcome.kind === 'retryable') {",
    replace: "if (this.#cutOff.aborted && outcome.kind !== 'accepted') {",
  },
  {
    name: 'stop that releases what is being sent',
    file: `${DISPATCH}/pipeline.ts`,
    find: "stop.addEventListener('abort', () => this.#advance());",
    replace:
      "stop.addEventListener('abort', () => { for (const batch of this.#batches) void this.#releaser.release([...batch.open]); });",
  },
  {
    name: 'store time corrected twice',
    file: `${DISPATCH}/store-time.ts`,
    find: 'return this.#clock.now() + this.#offsetMs;',
    replace: 'return this.#clock.now() + 2 * this.#offsetMs;',
  },
  {
    name: 'settle not retried',
    file: `${DISPATCH}/settler.ts`,
    find: 'void this.#retry(items, faults + 1, error);',
    replace: 'void [faults, error, this.#retry];',
  },
  {
    name: 'accepted result dropped on a fault',
    file: `${DISPATCH}/settler.ts`,
    find: 'void this.#retry(items, faults + 1, error);',
    replace: 'void [faults, error, this.#retry]; abandon(items);',
  },
  {
    name: 'remember after the ack',
    file: `${DISPATCH}/settler.ts`,
    find: 'await this.#remember(items);\n    const groups',
    replace:
      'void Promise.resolve().then(() => this.#context.clock.sleep(50)).then(() => this.#remember(items));\n    const groups',
  },
  {
    name: 'journal skipped',
    file: `${DISPATCH}/delivery.ts`,
    find: 'this.#journal = journals(parts.context.options.ambiguity)',
    replace: 'this.#journal = journals(parts.context.options.ambiguity) && false',
  },
  {
    name: 'claim without a journal',
    file: `${DISPATCH}/claimer.ts`,
    find: 'journals: journals(options.ambiguity)',
    replace: 'journals: false && journals(options.ambiguity)',
  },
  {
    name: 'stale beginning still sent',
    file: `${DISPATCH}/delivery.ts`,
    find: "if (result === 'stale') return this.#lost(entry);",
    replace: '',
  },
  {
    name: 'unjournaled beginning still sent',
    isRare: true,
    file: `${DISPATCH}/delivery.ts`,
    find: "if (result === 'not_journaled') return this.#giveBack(entry);",
    replace: '',
  },
  {
    name: 'stop that does not wait',
    file: `${DISPATCH}/dispatch-run.ts`,
    find: 'const drained = await withinDeadline(clock, options.drainDeadlineMs, idle);',
    replace: 'const drained = await withinDeadline(clock, options.drainDeadlineMs * 0, idle);',
  },
  {
    name: 'stop without a deadline',
    file: `${DISPATCH}/dispatch-run.ts`,
    find: 'const drained = await withinDeadline(clock, options.drainDeadlineMs, idle);',
    replace: 'await idle; const drained = await withinDeadline(clock, options.drainDeadlineMs, idle);',
  },
  {
    name: 'claim after a stop',
    file: `${DISPATCH}/dispatch-run.ts`,
    find: "if (this.#stop.aborted || permission.kind === 'none') return null;",
    replace: "if (permission.kind === 'none') return null;",
  },
  {
    name: 'send while the endpoint is shut',
    isRare: true,
    file: `${DISPATCH}/delivery.ts`,
    find: '!this.#stop.aborted && this.#context.flow.maySend(entry.isProbe)',
    replace: '!this.#stop.aborted',
  },
  {
    name: 'probe that uses up an attempt',
    file: `${DISPATCH}/delivery.ts`,
    find: 'const isUncounted = entry.isProbe || !flow.isClosed;',
    replace: 'const isUncounted = false && (entry.isProbe || !flow.isClosed);',
  },
  {
    name: 'attempts off by one',
    file: `${DISPATCH}/delivery.ts`,
    find: 'const attempt = message.attempts + 1;',
    replace: 'const attempt = message.attempts + 2;',
  },
  {
    name: 'one attempt too many',
    file: `${DISPATCH}/settlement-for-outcome.ts`,
    find: 'if (!send.isUncounted && send.attempt >= options.retry.maxAttempts) return givenUp',
    replace: 'if (!send.isUncounted && send.attempt > options.retry.maxAttempts) return givenUp',
  },
  {
    name: 'doubt lost at a retry',
    file: `${DISPATCH}/settlement-for-outcome.ts`,
    find: 'return nack(send, outcome.reason, delayMs, send.inDoubt);',
    replace: 'return nack(send, outcome.reason, delayMs, false);',
  },
  {
    name: 'ambiguous taken for retryable',
    file: `${DISPATCH}/settlement-for-outcome.ts`,
    find: 'Math.max(delayMs, leastMs), true);',
    replace: 'Math.max(delayMs, leastMs), false);',
  },
  {
    name: 'doubtful one called failed',
    file: `${DISPATCH}/settlement-for-outcome.ts`,
    find: 'if (send.inDoubt) return hold(send, reason);',
    replace: '',
  },
  {
    name: 'doubt sent again under hold',
    file: `${DISPATCH}/triage.ts`,
    find: "if (inDoubt && options.ambiguity === 'hold') return",
    replace: "if (inDoubt && options.ambiguity === 'hold' && message.lostLeases > 3) return",
  },
  {
    name: 'provider not asked',
    file: `${DISPATCH}/delivery.ts`,
    find: "if (entry.inDoubt && this.#context.options.ambiguity === 'reconcile') {",
    replace: "if (entry.inDoubt && this.#context.options.ambiguity === 'hold') {",
  },
  {
    name: 'provider asked without a lease',
    isRare: true,
    file: `${DISPATCH}/delivery.ts`,
    find: 'if (!this.#mayBegin(entry) || !(await this.#keeper.secure(entry))) {',
    replace: 'if (!this.#mayBegin(entry)) {',
  },
  {
    name: 'expired while it waited, sent',
    file: `${DISPATCH}/delivery.ts`,
    find: 'if (isExpired(entry.message, now)) {',
    replace: 'if (isExpired(entry.message, now - 86_400_000)) {',
  },
  {
    name: 'place given up before the result is stored',
    file: `${DISPATCH}/delivery.ts`,
    find: '      random.next(),\n    );\n    await this.#settler.settle(entry, settlement, false);',
    replace: '      random.next(),\n    );\n    void this.#settler.settle(entry, settlement, false);',
  },
  {
    name: 'place not given back after a retry',
    file: `${DISPATCH}/pipeline.ts`,
    find: 'this.#taken -= 1;',
    replace: 'if (entry.message.attempts < 1) this.#taken -= 1;',
  },
  {
    name: 'store asked again without a pause',
    file: `${DISPATCH}/fault-backoff.ts`,
    find: 'return Math.ceil(bound / 2 + (chance * bound) / 2);',
    replace: 'return 0 * (bound + chance);',
  },
  {
    name: 'store waited for without an end',
    file: `${DISPATCH}/store-guard.ts`,
    find: 'this.#timeoutMs, work()',
    replace: '100_000_000 + this.#timeoutMs, work()',
  },
  {
    name: 'sender waited for without an end',
    file: `${DISPATCH}/send-watchdog.ts`,
    find: 'await this.#clock.sleep(ANSWER_GRACE_MS, cohort.ended);\n    giveUp(cohort);',
    replace: '',
  },
  {
    name: 'cut-off before its time',
    file: `${DISPATCH}/send-watchdog.ts`,
    find: 'this.#timeoutMs + ABORT_GRACE_MS, cohort.ended',
    replace: 'this.#timeoutMs / 2, cohort.ended',
  },
  {
    name: 'rate limit that saves up',
    file: 'core/src/policy/rate-limiter.ts',
    find: 'this.#nextAt = takenAt + this.#intervalMs;',
    replace: 'this.#nextAt = takenAt + this.#intervalMs / 4;',
  },
];
