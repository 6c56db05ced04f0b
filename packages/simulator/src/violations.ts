/** The rules of every world; each name is a promise of the design, a port or the dispatcher. */
export type Rule =
  // the store
  | 'claims only what is due'
  | 'claims nothing after its ack was stored'
  | 'claims as much as it may'
  | 'claims in due order within the claim window'
  | 'tells the truth about a claim'
  | 'lets no stale token change anything'
  | 'keeps what it was told'
  | 'stores one message for a key'
  | 'tells operators the truth'
  // the dispatcher and a message
  | 'begins no send without the lease that it needs'
  | 'sends once under one lease'
  | 'sends alone what has lost a lease'
  | 'lets no crash loop send a message more than five times'
  | 'sets aside only what may have ended its processes'
  | 'claims no more than can begin soon'
  | 'sends nothing that is in doubt under hold'
  | 'asks the sent cache first'
  | 'asks the provider first'
  | 'asks the provider under a lease and not too early'
  | 'journals before it sends'
  | 'sends only what may be sent'
  | 'makes copies only in the window'
  | 'counts attempts right'
  | 'remembers before it acks'
  | 'settles what happened'
  | 'releases nothing that has begun'
  | 'calls nothing failed that was delivered'
  | 'calls nothing unknown that is known'
  // the dispatcher as a process
  | 'holds no more than it may'
  | 'begins nothing after a stop'
  | 'drains within its deadline'
  | 'leaves no lease behind when it drains'
  | 'sends nothing while the endpoint is shut'
  | 'keeps the rate limit'
  | 'lets no send outlive its time-out'
  | 'cuts nothing off before its time'
  | 'reads what has arrived before it gives up'
  | 'keeps trying to store what it knows'
  | 'works by store time where it can be told'
  | 'removes nothing by a clock that may be wrong'
  | 'does not hammer a store that is down'
  | 'claims no more often than it must'
  | 'keeps ticking'
  | 'reports every claimed message once'
  // the whole
  | 'loses no message'
  | 'comes to rest';

export interface Violation {
  readonly rule: Rule;
  readonly text: string;
  /** Virtual ms from the beginning of the world. */
  readonly at: number;
  /** The messages that it is about, by the names of the trace. */
  readonly messages: readonly string[];
}

/** Takes note of what does not hold. */
export type Report = (rule: Rule, text: string, ...messages: readonly Named[]) => void;

interface Named {
  readonly name: string;
}

/** Reports about one thing: each text begins with it, and is about these messages. */
export function reportOn(report: Report, what: string, ...messages: readonly Named[]): Report {
  return (rule, text, ...others) => report(rule, `${what} ${text}`, ...messages, ...others);
}
