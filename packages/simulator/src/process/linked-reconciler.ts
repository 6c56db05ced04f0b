import type { DeliveryReconciler, Reconciliation } from '@messaging-system/core/adapter';
import type { WorldContext } from '../world-context.ts';
import type { Link } from './link.ts';

/** A provider that tells the truth: what is still on its way it is not sure of. */
export function linkedReconciler({ model, sends, scheduler }: WorldContext, link: Link): DeliveryReconciler {
  const truth = (id: string): Reconciliation => {
    const requests = model.get(id)?.requests ?? [];
    if (requests.some((request) => request.isAccepted)) return { kind: 'delivered' };
    return { kind: requests.some((request) => request.isOnTheWay) ? 'unsure' : 'absent' };
  };
  return {
    async reconcile(message) {
      const note = sends.reconciles(link.run, message);
      let knownAt = 0;
      const answer = await link.call('reconcile', [message.id], async () => {
        knownAt = scheduler.now;
        return truth(message.id);
      });
      note(answer, knownAt);
      return answer;
    },
  };
}
