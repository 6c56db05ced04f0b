import type { StoredMessage } from '@messaging-system/core/adapter';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { judged } from './lease-operation-double.ts';

/** Calls a repeated settle stale where the message stands as `stands` says. */
function deniesRepeat(
  name: string,
  stands: (message: StoredMessage) => boolean,
): Double<MessageRepositoryHarness> {
  return judged(name, 'settle', (message, token) =>
    message?.settledBy === token && message.leaseToken === null && stands(message) ? 'stale' : 'right',
  );
}

/** Settles again what was settled by the token, where the message stands as `stands` says. */
function repeats(
  name: string,
  stands: (message: StoredMessage) => boolean,
): Double<MessageRepositoryHarness> {
  return judged(name, 'settle', (message, token) =>
    message?.settledBy === token && message.status === 'unsent' && stands(message) ? 'apply' : 'right',
  );
}

/** Looks at the token, lets others come between, and then writes over them where `writes` says so. */
function racy(
  name: string,
  writes: (message: StoredMessage, token: string) => boolean,
): Double<MessageRepositoryHarness> {
  return judged(
    name,
    'settle',
    (message, token) => (message?.status === 'unsent' && message.leaseToken === token ? 'apply' : 'right'),
    { afterOthers: writes },
  );
}

export const settleRepeatDoubles: Doubles<MessageRepositoryHarness> = {
  'reports a repeated ack as held and changes nothing': deniesRepeat(
    'a repeated ack that is stale',
    ({ status }) => status === 'sent',
  ),
  'reports a repeated nack as held and changes nothing': deniesRepeat(
    'a repeated nack that is stale',
    ({ status }) => status === 'unsent',
  ),
  'reports a repeated dead letter as held and changes nothing': deniesRepeat(
    'a repeated dead letter that is stale',
    ({ status }) => status === 'failed',
  ),
  'reports a repeated hold as held and changes nothing': deniesRepeat(
    'a repeated hold that is stale',
    ({ status }) => status === 'unknown',
  ),

  'disturbs no later lease by a repeated nack': repeats(
    'a repeated nack that ends a later lease',
    ({ leaseToken }) => leaseToken !== null,
  ),

  'undoes no redrive by a repeated dead letter': repeats(
    'a repeated dead letter that undoes a redrive',
    ({ leaseToken, attempts }) => leaseToken === null && attempts === 0,
  ),

  'tells a settle of another token for the same message that it is stale': judged(
    'a settle that calls held whatever is settled',
    'settle',
    (message) => (message?.status === 'sent' ? 'held' : 'right'),
  ),

  'settles once for twenty racing callers of one token': racy(
    'a racy settle',
    (message, token) => message.leaseToken === token || message.settledBy === token,
  ),
  'lets either the settle or the take-over of an expired lease win': racy(
    'a settle that writes over a take-over',
    ({ leaseToken }) => leaseToken !== null,
  ),
  'lets either the settle or the release of a lease win': racy(
    'a settle that writes over a release',
    ({ leaseToken, settledBy }) => leaseToken === null && settledBy === null,
  ),
};
