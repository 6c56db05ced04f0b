import type { EndpointHealth } from '../policy/circuit-breaker.ts';
import type { SendOutcome } from '../ports/webhook-sender.ts';

/** What an outcome says about the receiver as a whole. A busy receiver is not a broken one: it pauses claiming instead. */
export function endpointHealth(outcome: SendOutcome): EndpointHealth {
  switch (outcome.kind) {
    case 'accepted':
      return 'alive';
    case 'retryable':
      return outcome.busy === true ? 'neutral' : 'failing';
    case 'ambiguous':
      return 'failing';
    case 'permanent':
      if (outcome.endpoint === 'gone') return 'gone';
      return outcome.endpoint === 'refusing' ? 'failing' : 'neutral';
  }
}
