/**
 * The rights of a key. No scope includes another one.
 * `read`: see messages, the processor, metrics, events and the dashboard. `send`: enqueue. `operate`: cancel, redrive, dispatch, start and stop.
 * `erase`: remove a phone number's messages permanently.
 */
export type Scope = 'read' | 'send' | 'operate' | 'erase';

/** Every scope that there is. */
export const SCOPES: readonly Scope[] = ['read', 'send', 'operate', 'erase'];
