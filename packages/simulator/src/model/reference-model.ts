import type { NewMessage } from '@messaging-system/core/adapter';
import { type Report, reportOn } from '../violations.ts';
import { type ModelLease, ModelMessage, type SentRequest, type Texts } from './model-message.ts';

/** The form of every message of a world. Its rules come from the promises of the ports, not from any adapter. */
export class ReferenceModel {
  readonly report: Report;
  readonly #byId = new Map<string, ModelMessage>();
  readonly #byKey = new Map<string, ModelMessage>();
  readonly #tokens = new Map<string, string>();

  constructor(report: Report) {
    this.report = report;
  }

  /** Reports about a message, which their texts begin with. */
  reportOn(message: ModelMessage): Report {
    return reportOn(this.report, message.name, message);
  }

  get messages(): Iterable<ModelMessage> {
    return this.#byId.values();
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): ModelMessage | undefined {
    return this.#byId.get(id);
  }

  byKey(key: string | null): ModelMessage | undefined {
    return key === null ? undefined : this.#byKey.get(key);
  }

  /** The name of a message in the trace. */
  name(id: string): string {
    return this.#byId.get(id)?.name ?? id;
  }

  names(ids: readonly string[]): string {
    return ids.map((id) => this.name(id)).join(' ');
  }

  /** The name of a lease token in the trace. */
  tokenName(token: string): string {
    let name = this.#tokens.get(token);
    if (name === undefined) {
      name = `k${this.#tokens.size + 1}`;
      this.#tokens.set(token, name);
    }
    return name;
  }

  /** @param asked as it was enqueued, or the texts alone that another service has left */
  add(id: string, name: string, asked: NewMessage | Texts): void {
    const message = new ModelMessage(id, name, asked);
    this.#byId.set(id, message);
    if (message.idempotencyKey !== null) this.#byKey.set(message.idempotencyKey, message);
  }

  /** The lease that this token had on this message, ended or not. */
  leaseOf(id: string, token: string): ModelLease | undefined {
    return this.#byId.get(id)?.leases.findLast((lease) => lease.token === token);
  }
}

/** Whether the outcome of this request may be that it was delivered, as far as anybody but the receiver can know. */
export function mayHaveArrived(request: SentRequest): boolean {
  return [undefined, 'ambiguous', 'accepted'].includes(request.outcome?.kind);
}
