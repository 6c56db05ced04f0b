import type { DispatchOnceResult } from '@messaging-system/core';
import { STOPPED_STATUS } from '@messaging-system/core/adapter';
import type { DispatcherUseCases, ProcessorStatus } from '../../src/index.ts';

const REPORT = { claimed: 2, sent: 1, recalled: 0, retried: 1, failed: 0, unknown: 0, released: 0, lost: 0 };

/** A dispatcher with set answers that remembers its calls. */
export class FakeDispatcher implements DispatcherUseCases {
  readonly calls: string[] = [];
  result: DispatchOnceResult | Error = { kind: 'dispatched', report: REPORT };
  says: ProcessorStatus = STOPPED_STATUS;

  start(): void {
    this.calls.push('start');
  }

  stop(): void {
    this.calls.push('stop');
  }

  status(): ProcessorStatus {
    return this.says;
  }

  async dispatchOnce(): Promise<DispatchOnceResult> {
    this.calls.push('dispatchOnce');
    if (this.result instanceof Error) throw this.result;
    return this.result;
  }
}
