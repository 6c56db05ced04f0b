import { StoreUnavailableError } from '@messaging-system/core';
import { type MessageRepository, storedMessage } from '@messaging-system/core/adapter';
import { InMemoryMessageRepository, SeededRandom } from '@messaging-system/core/in-memory';
import { aNewMessage, type MessageRepositoryHarness } from '../../src/index.ts';

/** How a repository, right or broken, stands on the reference; each instance is made anew on the same store. */
export type OnReference = (reference: InMemoryMessageRepository) => MessageRepository;

export async function openInMemoryRepository(
  open: OnReference = (reference) => reference,
): Promise<MessageRepositoryHarness> {
  const reference = new InMemoryMessageRepository(new SeededRandom());
  return {
    repository: open(reference),
    openAnother: async () => open(reference),
    openUnreachable: async () => unreachable(),
    probe: {
      read: async (id) => reference.read(id),
      putForeign: async (message) => reference.putForeign(message),
      putForeignSent: async (message) => reference.putForeign({ ...message, status: 'sent' }),
      async markSentElsewhere(id) {
        const stored = reference.read(id);
        if (stored === null) return;
        const message = { ...stored.message, status: 'sent' as const, webhookMessageId: 'elsewhere' };
        reference.put(storedMessage({ ...stored, message }));
      },
      // The nearest thing in a store that holds only what its type allows.
      putUnreadable: async () => reference.putForeign({ phoneNumber: '', content: '' }),
      putMany: async (count) => {
        await reference.insert(Array.from({ length: count }, () => aNewMessage()));
      },
    },
    // The stand-ins for processes: callers of their own, in turns. It shows what the case decides, not what the store does.
    raceProcesses: ({ count, ...request }) =>
      Promise.all(
        Array.from({ length: count }, async (_, process) => {
          const instance = open(reference);
          const received: string[] = [];
          for (let claims = 0; ; claims += 1) {
            const leaseToken = `process-${process}-claim-${claims}`;
            const claimed = await instance.claimDue({ ...request, leaseToken, journals: false });
            if (claimed.length === 0) return received;
            received.push(...claimed.map(({ message }) => message.id));
          }
        }),
      ),
    close: async () => undefined,
  };
}

/** Every operation as a lost connection leaves it. */
function unreachable(): MessageRepository {
  const lost = async (): Promise<never> => {
    throw new StoreUnavailableError('the store cannot be reached');
  };
  return {
    insert: lost,
    claimDue: lost,
    beginAttempt: lost,
    settle: lost,
    extendLease: lost,
    release: lost,
    findById: lost,
    list: lost,
    counts: lost,
    cancel: lost,
    redrive: lost,
    redriveMatching: lost,
    erase: lost,
    prune: lost,
    nextDueAt: lost,
  };
}
