import type { Message } from '@messaging-system/core';
import type { DeliveryReconciler, Reconciliation } from '@messaging-system/core/adapter';
import type { WorldContext } from '../world-context.ts';
import type { Link } from './link.ts';

/** A provider that tells the truth: what is still on its way it is not sure of. */
export class LinkedReconciler implements DeliveryReconciler {
  readonly #world: WorldContext;
  readonly #link: Link;

  constructor(world: WorldContext, link: Link) {
    this.#world = world;
    this.#link = link;
  }

  reconcile(message: Message): Promise<Reconciliation> {
    const { model, sends, scheduler } = this.#world;
    const note = sends.reconciles(this.#link.run, message);
    let knownAt = 0;
    const answer = this.#link.call(
      'reconcile',
      () => model.name(message.id),
      async () => {
        knownAt = scheduler.now;
        return this.#truth(message.id);
      },
    );
    return answer.then((reconciliation) => {
      note(reconciliation, knownAt);
      return reconciliation;
    });
  }

  #truth(id: string): Reconciliation {
    const requests = this.#world.model.get(id)?.requests ?? [];
    if (requests.some((request) => request.isAccepted)) return { kind: 'delivered' };
    return { kind: requests.some((request) => request.isOnTheWay) ? 'unsure' : 'absent' };
  }
}
