import { SentCacheUnavailableError, StoreRejectedError, StoreUnavailableError } from '@messaging-system/core';
import { between } from '../chance.ts';
import type { FailingCall } from '../plan/fault-injector.ts';
import { type Operation, REACHED, targetOf } from '../plan/operation.ts';
import type { WorldContext } from '../world-context.ts';
import { never, type ProcessRun } from './process-run.ts';

/** How much of a call has its effect. */
export type Share = 'all' | 'half';

/** That share of what a call is about. */
export function part<Item>(items: readonly Item[], share: Share): readonly Item[] {
  return share === 'all' ? items : items.slice(0, Math.ceil(items.length / 2));
}

const OPERATIONS = Object.keys(REACHED);

/** The way from one run of a process to what lies outside: it takes time, and the fault plan decides what goes wrong on it. */
export class Link {
  readonly run: ProcessRun;
  readonly #world: WorldContext;

  constructor(world: WorldContext, run: ProcessRun) {
    this.#world = world;
    this.run = run;
  }

  /** `about`: the messages, or what the trace says of them. `perform` is the effect: it runs alone, at an instant of its own. */
  call<Result>(
    operation: Exclude<Operation, 'send'>,
    about: readonly string[] | (() => string),
    perform: (share: Share) => Promise<Result>,
  ): Promise<Result> {
    const { run } = this;
    const { faults, scheduler, trace, calls, model } = this.#world;
    if (!run.isAlive) return never();
    const nth = run.process.count(operation);
    const crash = faults.crash(run.process.number, operation, nth);
    if (crash?.moment === 'before') {
      run.process.crash(crash.downMs);
      return never();
    }
    const failure = faults.call(run.process.number, operation, nth, scheduler.now);
    trace.add(run.name, () => {
      const what = typeof about === 'function' ? about() : model.names(about);
      return `> ${operation}#${nth} ${what}${failure === null ? '' : ` !${failure.how}`}`;
    });
    calls.called(run, operation);
    if (failure !== null) calls.troubled(run);
    const [requestMs, answerMs] = this.#latencies(operation, nth);
    run.unanswered += 1;
    const promise = new Promise<Result>((resolve, reject) => {
      const answer = (ms: number, give: () => void): void => {
        scheduler.after(ms, () =>
          run.resume(() => {
            run.unanswered -= 1;
            give();
          }),
        );
      };
      scheduler.after(requestMs + (failure?.how === 'late_effect' ? failure.delayMs : 0), async () => {
        const share = failure?.how === 'fails_halfway' ? 'half' : 'all';
        const [result] = hasEffect(failure) ? await Promise.allSettled([perform(share)]) : [];
        if (crash?.moment === 'at_effect') run.process.crash(crash.downMs);
        if (isSilent(failure)) return;
        const fault = result?.status === 'rejected' ? result.reason : faultOf(operation, failure);
        const delayMs = failure?.how === 'late_answer' ? failure.delayMs : 0;
        answer(answerMs + delayMs, () => {
          trace.add(run.name, () => `< ${operation}#${nth} ${fault === null ? 'ok' : String(fault)}`);
          if (result?.status === 'fulfilled' && fault === null) resolve(result.value);
          else {
            calls.failed(run, operation);
            reject(fault);
          }
        });
      });
    });
    if (crash?.moment === 'on_the_way') run.process.crash(crash.downMs);
    return promise;
  }

  /** There and back, in ms: mostly short, now and then not. */
  #latencies(operation: Operation, nth: number): readonly [number, number] {
    const { chance } = this.#world;
    const latency = (way: number): number => {
      const drawn = chance.at(7, this.run.process.number, OPERATIONS.indexOf(operation), nth, way);
      return drawn < 0.9 ? between(drawn / 0.9, 1, 6) : between((drawn - 0.9) * 10, 6, 60);
    };
    return [latency(0), latency(1)];
  }
}

function hasEffect(failure: FailingCall | null): boolean {
  return failure === null || !['fails_before', 'refused', 'hangs_before'].includes(failure.how);
}

function isSilent(failure: FailingCall | null): boolean {
  return failure !== null && (failure.how === 'hangs_before' || failure.how === 'hangs_after');
}

function faultOf(operation: Operation, failure: FailingCall | null): Error | null {
  if (failure === null || failure.how === 'late_effect' || failure.how === 'late_answer') return null;
  const text = `${operation} ${failure.how}`;
  switch (targetOf(operation)) {
    case 'store':
      return failure.how === 'refused' ? new StoreRejectedError(text) : new StoreUnavailableError(text);
    case 'cache':
      return new SentCacheUnavailableError(text);
    default:
      return new Error(text);
  }
}
