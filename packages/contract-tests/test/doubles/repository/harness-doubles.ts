import { storedFrom } from '@messaging-system/core/adapter';
import { aNewMessage, type MessageRepositoryHarness } from '../../../src/index.ts';
import { openInMemoryRepository } from '../../in-memory/in-memory-repository-harness.ts';
import type { Doubles } from '../register-doubles.ts';
import { bound, changed, wrong, wrongHarness } from './repository-double.ts';

export const harnessDoubles: Doubles<MessageRepositoryHarness> = {
  'the harness opens an empty store': wrong('a store with a message left in it', (reference) => {
    const left = storedFrom('000000000000000000000000', aNewMessage({ phoneNumber: '+1' }));
    reference.put(changed(left, { status: 'cancelled', availableAt: null }));
    return {};
  }),

  'the harness opens a store of its own each time, and closing one leaves the others': {
    name: 'a store that is shared by all that are open',
    open: shareOpenStore(),
    concurrency: 1,
  },

  'the harness opens another instance on the same store': wrongHarness(
    'another instance that stores elsewhere',
    (harness) => ({
      openAnother: async () => {
        const another = await harness.openAnother();
        const elsewhere = await openInMemoryRepository();
        return { ...bound(another), insert: (messages) => elsewhere.repository.insert(messages) };
      },
    }),
  ),

  'the harness declares a claim window of whole messages': wrongHarness(
    'half a message of claim window',
    () => ({ claimWindow: 0.5 }),
  ),

  'the probe reads what the store keeps, and nothing for an unknown id': wrongHarness(
    'a probe that makes up what it does not find',
    ({ probe }) => ({
      probe: { ...probe, read: async (id) => (await probe.read(id)) ?? storedFrom(id, aNewMessage()) },
    }),
  ),
};

function shareOpenStore(): () => Promise<MessageRepositoryHarness> {
  let opened: MessageRepositoryHarness | null = null;
  return async () => {
    if (opened !== null) return { ...opened, close: async () => undefined };
    const harness = await openInMemoryRepository();
    opened = {
      ...harness,
      close: async () => {
        opened = null;
      },
    };
    return opened;
  };
}
