import { type MessageRepository, type StoredMessage, storedFrom } from '@messaging-system/core';
import { InMemoryMessageRepository, SeededRandom } from '@messaging-system/core/in-memory';
import { aNewMessage } from '../../src/builders.ts';
import type { MessageRepositoryHarness } from '../../src/index.ts';

/** How a repository, right or broken, stands on the reference; each instance is made anew on the same store. */
export type OnReference = (reference: InMemoryMessageRepository) => MessageRepository;

export async function openInMemoryRepository(
  open: OnReference = (reference) => reference,
): Promise<MessageRepositoryHarness> {
  const random = new SeededRandom();
  const reference = new InMemoryMessageRepository(random);
  let foreignMessages = 0;
  return {
    repository: open(reference),
    openAnother: async () => open(reference),
    probe: {
      read: async (id) => reference.read(id),
      putForeign: async (message) => {
        foreignMessages += 1;
        const id = foreignMessages.toString(16).padStart(24, '0');
        reference.put(foreign(id, message));
        return id;
      },
    },
    close: async () => undefined,
  };
}

function foreign(
  id: string,
  texts: { readonly phoneNumber: string; readonly content: string },
): StoredMessage {
  return { ...storedFrom(id, aNewMessage(texts)), createdAt: null, dueAt: null, availableAt: null };
}
