import type { NewMessage } from '@messaging-system/core/adapter';
import type { ModelLease, ModelMessage, SentRequest } from './model-message.ts';

/** What every message of a world must look like. Its rules come from the promises of the ports, not from any adapter. */
export class ReferenceModel {
  readonly #byId = new Map<string, ModelMessage>();
  readonly #byKey = new Map<string, ModelMessage>();
  readonly #tokens = new Map<string, string>();

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

  add(id: string, name: string, asked: NewMessage): ModelMessage {
    const dueAt = asked.sendAt ?? asked.createdAt;
    return this.#put({
      ...unsent(id, name, asked.phoneNumber, asked.content),
      idempotencyKey: asked.idempotencyKey,
      expiresAt: asked.expiresAt,
      availableAt: dueAt,
      dueAt,
    });
  }

  addForeign(id: string, name: string, phoneNumber: string, content: string): ModelMessage {
    return this.#put({ ...unsent(id, name, phoneNumber, content), isForeign: true });
  }

  /** The lease that this token had on this message, ended or not. */
  leaseOf(id: string, token: string): ModelLease | undefined {
    return this.#byId.get(id)?.leases.findLast((lease) => lease.token === token);
  }

  #put(message: ModelMessage): ModelMessage {
    this.#byId.set(message.id, message);
    if (message.idempotencyKey !== null) this.#byKey.set(message.idempotencyKey, message);
    return message;
  }
}

function unsent(id: string, name: string, phoneNumber: string, content: string): ModelMessage {
  return {
    id,
    name,
    phoneNumber,
    content,
    idempotencyKey: null,
    isForeign: false,
    status: 'unsent',
    availableAt: null,
    dueAt: null,
    expiresAt: null,
    attempts: 0,
    lostLeases: 0,
    inDoubt: false,
    webhookMessageId: null,
    sentAt: null,
    settledAt: null,
    reason: null,
    historyLength: 0,
    lease: null,
    settledBy: null,
    generation: 0,
    leases: [],
    requests: [],
  };
}

/** Whether the outcome of this request may be that it was delivered, as far as anybody but the receiver can know. */
export function mayHaveArrived(request: SentRequest): boolean {
  return (
    request.outcome === null || request.outcome.kind === 'ambiguous' || request.outcome.kind === 'accepted'
  );
}
