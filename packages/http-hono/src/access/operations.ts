import type {
  CancelFilter,
  CancelReport,
  DispatchOnceResult,
  EraseReport,
  Message,
  RedriveFilter,
} from '@messaging-system/core';
import type { Context } from 'hono';
import { OUTCOME_CODES, statusRefusal } from '../errors/outcome-errors.ts';
import type { HttpEnv } from '../http-env.ts';
import { tell } from '../tell.ts';
import type { DeliverySwitch, DispatcherUseCases, MessagesUseCases } from '../use-cases.ts';

/** An operator's action. */
export type OperatorAction =
  | { readonly action: 'start' | 'stop' | 'start_all' | 'stop_all' | 'dispatch' }
  | { readonly action: 'cancel' | 'redrive'; readonly messageId: string }
  | {
      readonly action: 'redrive_matching';
      readonly status: RedriveFilter['status'];
      /** Null: whatever the number. */
      readonly phoneNumber: string | null;
      readonly redriven: number;
    }
  | {
      readonly action: 'cancel_matching';
      /** Null: whatever the number. */
      readonly phoneNumber: string | null;
      readonly cancelled: number;
      /** How many stay, being under way. */
      readonly inFlight: number;
    }
  | {
      readonly action: 'erase';
      readonly phoneNumber: string;
      readonly erased: number;
      /** How many stay until they are settled, being under way. */
      readonly inFlight: number;
    }
  /** One of these failed on its way: nobody knows how many messages it reached. */
  | {
      readonly action: 'unfinished';
      readonly of: 'redrive_matching' | 'cancel_matching' | 'erase';
      /** Null: whatever the number. */
      readonly phoneNumber: string | null;
    };

/** Something that an operator did, and who that was. */
export type Operation = OperatorAction & {
  /** The name of the key, never the key; null: it has no name, or nobody was asked for one. */
  readonly key: string | null;
  readonly via: 'api' | 'dashboard';
  readonly requestId: string;
};

interface OperationsDependencies {
  readonly messages: MessagesUseCases;
  readonly dispatcher: DispatcherUseCases;
  readonly via: Operation['via'];
  readonly onOperation: ((operation: Operation) => void) | undefined;
}

/** Everything that a request can have done to messages and the processor. Each action is reported, with the key's name. */
export class Operations {
  readonly #dependencies: OperationsDependencies;

  constructor(dependencies: OperationsDependencies) {
    this.#dependencies = dependencies;
  }

  start(c: Context<HttpEnv>): void {
    this.#dependencies.dispatcher.start();
    this.#tell(c, { action: 'start' });
  }

  stop(c: Context<HttpEnv>): void {
    this.#dependencies.dispatcher.stop();
    this.#tell(c, { action: 'stop' });
  }

  async stopAll(c: Context<HttpEnv>, delivery: DeliverySwitch, at: number): Promise<void> {
    await delivery.stopDelivery({ at, by: c.get('caller').name });
    this.#tell(c, { action: 'stop_all' });
  }

  async startAll(c: Context<HttpEnv>, delivery: DeliverySwitch): Promise<void> {
    await delivery.resumeDelivery();
    this.#dependencies.dispatcher.start();
    this.#tell(c, { action: 'start_all' });
  }

  async dispatch(c: Context<HttpEnv>): Promise<DispatchOnceResult> {
    const result = await this.#dependencies.dispatcher.dispatchOnce();
    if (result.kind === 'dispatched') this.#tell(c, { action: 'dispatch' });
    return result;
  }

  /** @throws ApiError that says where the message stands, if it could not be cancelled */
  async cancel(c: Context<HttpEnv>, messageId: string): Promise<Message> {
    const result = only(await this.#dependencies.messages.cancel([messageId]));
    if (result.kind !== 'cancelled') throw statusRefusal(OUTCOME_CODES.cancel[result.kind], result);
    this.#tell(c, { action: 'cancel', messageId });
    return result.message;
  }

  async cancelMatching(c: Context<HttpEnv>, filter: CancelFilter): Promise<CancelReport> {
    const { phoneNumber = null } = filter;
    const report = await this.#attempt(c, { of: 'cancel_matching', phoneNumber }, (messages) =>
      messages.cancelMatching(filter),
    );
    this.#tell(c, { action: 'cancel_matching', phoneNumber, ...report });
    return report;
  }

  /** @throws ApiError that says where the message stands, if it could not be redriven */
  async redrive(c: Context<HttpEnv>, messageId: string): Promise<Message> {
    const result = only(await this.#dependencies.messages.redrive([messageId]));
    if (result.kind !== 'redriven') throw statusRefusal(OUTCOME_CODES.redrive[result.kind], result);
    this.#tell(c, { action: 'redrive', messageId });
    return result.message;
  }

  async redriveMatching(c: Context<HttpEnv>, filter: RedriveFilter): Promise<number> {
    const { status, phoneNumber = null } = filter;
    const redriven = await this.#attempt(c, { of: 'redrive_matching', phoneNumber }, (messages) =>
      messages.redriveMatching(filter),
    );
    this.#tell(c, { action: 'redrive_matching', status, phoneNumber, redriven });
    return redriven;
  }

  async erase(c: Context<HttpEnv>, phoneNumber: string): Promise<EraseReport> {
    const report = await this.#attempt(c, { of: 'erase', phoneNumber }, (messages) =>
      messages.erase(phoneNumber),
    );
    const { erased, inFlightIds } = report;
    this.#tell(c, { action: 'erase', phoneNumber, erased, inFlight: inFlightIds.length });
    return report;
  }

  /** An operation in batches may have changed something before it failed, and that is reported as well. */
  async #attempt<Result>(
    c: Context<HttpEnv>,
    what: Omit<Extract<OperatorAction, { readonly action: 'unfinished' }>, 'action'>,
    work: (messages: MessagesUseCases) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await work(this.#dependencies.messages);
    } catch (error) {
      this.#tell(c, { action: 'unfinished', ...what });
      throw error;
    }
  }

  #tell(c: Context<HttpEnv>, action: OperatorAction): void {
    const { via, onOperation } = this.#dependencies;
    const key = c.get('caller').name;
    tell(onOperation, () => ({ ...action, key, via, requestId: c.get('requestId') ?? '' }));
  }
}

function only<Result>(results: readonly Result[]): Result {
  const [result] = results;
  if (result === undefined)
    throw new TypeError('the repository reported nothing for the id that it was given');
  return result;
}
