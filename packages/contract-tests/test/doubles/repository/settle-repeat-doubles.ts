import type { StoredMessage } from '@messaging-system/core/adapter';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { judged } from './lease-operation-double.ts';

/** Calls a repeated settle stale where the message stands as `stands` says. */
function deniesRepeat(
  name: string,
  stands: (stored: StoredMessage) => boolean,
): Double<MessageRepositoryHarness> {
  return judged(name, 'settle', (stored, token) =>
    stored?.settledBy === token && stored.lease === null && stands(stored) ? 'stale' : 'right',
  );
}

/** Settles again what was settled by the token, where the message stands as `stands` says. */
function repeats(name: string, stands: (stored: StoredMessage) => boolean): Double<MessageRepositoryHarness> {
  return judged(name, 'settle', (stored, token) =>
    stored?.settledBy === token && stored.message.status === 'unsent' && stands(stored) ? 'apply' : 'right',
  );
}

/** Looks at the token, lets others come between, and then writes over them where `writes` says so. */
function racy(
  name: string,
  writes: (stored: StoredMessage, token: string) => boolean,
): Double<MessageRepositoryHarness> {
  return judged(name, 'settle', (stored, token) => (stored?.lease?.token === token ? 'apply' : 'right'), {
    afterOthers: writes,
  });
}

export const settleRepeatDoubles: Doubles<MessageRepositoryHarness> = {
  'reports a repeated ack as held and changes nothing': deniesRepeat(
    'a repeated ack that is stale',
    ({ message }) => message.status === 'sent',
  ),
  'reports a repeated nack as held and changes nothing': deniesRepeat(
    'a repeated nack that is stale',
    ({ message }) => message.status === 'unsent',
  ),
  'reports a repeated dead letter as held and changes nothing': deniesRepeat(
    'a repeated dead letter that is stale',
    ({ message }) => message.status === 'failed',
  ),
  'reports a repeated hold as held and changes nothing': deniesRepeat(
    'a repeated hold that is stale',
    ({ message }) => message.status === 'unknown',
  ),

  'disturbs no later lease by a repeated nack': repeats(
    'a repeated nack that ends a later lease',
    ({ lease }) => lease !== null,
  ),

  'undoes no redrive by a repeated dead letter': repeats(
    'a repeated dead letter that undoes a redrive',
    ({ message, lease }) => lease === null && message.attempts === 0,
  ),

  'tells a settle of another token for the same message that it is stale': judged(
    'a settle that calls held whatever is settled',
    'settle',
    (stored) => (stored?.message.status === 'sent' ? 'held' : 'right'),
  ),

  'settles once for twenty racing callers of one token': racy(
    'a racy settle',
    ({ lease, settledBy }, token) => lease?.token === token || settledBy === token,
  ),
  'lets either the settle or the take-over of an expired lease win': racy(
    'a settle that writes over a take-over',
    ({ lease }) => lease !== null,
  ),
  'lets either the settle or the release of a lease win': racy(
    'a settle that writes over a release',
    ({ lease, settledBy }) => lease === null && settledBy === null,
  ),
};
