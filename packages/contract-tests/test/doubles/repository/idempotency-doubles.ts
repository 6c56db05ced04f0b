import type { Message } from '@messaging-system/core';
import type { InsertedItem, InsertResult, NewMessage } from '@messaging-system/core/adapter';
import type { InMemoryMessageRepository } from '@messaging-system/core/in-memory';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { allMessages, change, wrong } from './repository-double.ts';

export async function holderOf(
  reference: InMemoryMessageRepository,
  key: string | null,
): Promise<Message | undefined> {
  if (key === null) return undefined;
  return (await allMessages(reference)).findLast(({ idempotencyKey }) => idempotencyKey === key);
}

/** Stores a message with its key although another holds the key already. */
export async function storeAnyway(
  reference: InMemoryMessageRepository,
  asked: NewMessage,
): Promise<InsertedItem[]> {
  const result = await reference.insert([{ ...asked, idempotencyKey: null }]);
  const items = result.kind === 'inserted' ? result.items : [];
  return items.map(({ message }) => {
    change(reference, message.id, () => ({ idempotencyKey: asked.idempotencyKey }));
    return { kind: 'stored', message: { ...message, idempotencyKey: asked.idempotencyKey } };
  });
}

/** Does not know a key any more of whose holder `forgets` holds. */
function forgetful(name: string, forgets: (holder: Message) => boolean): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({
    insert: async (messages) => {
      const [asked] = messages;
      if (asked === undefined || messages.length > 1) return reference.insert(messages);
      const holder = await holderOf(reference, asked.idempotencyKey);
      if (holder === undefined || !forgets(holder)) return reference.insert(messages);
      return { kind: 'inserted', items: await storeAnyway(reference, asked) };
    },
  }));
}

/** Keeps the keys of what `remove` removes. */
function keepsKeys(name: string, remove: 'erase' | 'prune'): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => {
    const removed = new Map<string, Message>();
    const removing = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      const before = await allMessages(reference);
      const result = await work();
      for (const message of before) {
        const isGone = reference.read(message.id) === null;
        if (isGone && message.idempotencyKey !== null) removed.set(message.idempotencyKey, message);
      }
      return result;
    };
    return {
      insert: async (messages) => {
        const existing = removed.get(messages[0]?.idempotencyKey ?? '');
        if (existing === undefined) return reference.insert(messages);
        return { kind: 'inserted', items: [{ kind: 'existing', message: existing }] };
      },
      ...(remove === 'erase'
        ? { erase: (phoneNumber, limit) => removing(() => reference.erase(phoneNumber, limit)) }
        : { prune: (before, limit) => removing(() => reference.prune(before, limit)) }),
    };
  });
}

export const idempotencyDoubles: Doubles<MessageRepositoryHarness> = {
  'answers a repeated idempotencyKey with the stored message': wrong(
    'an instance that knows only its own keys',
    (reference) => {
      const known = new Set<string>();
      return {
        insert: async (messages) => {
          const [asked] = messages;
          const key = asked?.idempotencyKey ?? null;
          const isUnknown = key !== null && !known.has(key) && (await holderOf(reference, key)) !== undefined;
          for (const { idempotencyKey } of messages) if (idempotencyKey !== null) known.add(idempotencyKey);
          if (asked === undefined || messages.length > 1 || !isUnknown) return reference.insert(messages);
          return { kind: 'inserted', items: await storeAnyway(reference, asked) };
        },
      };
    },
  ),

  'does not take another createdAt for another request': wrong(
    'an insert that compares createdAt',
    (reference) => ({
      insert: async (messages) => {
        const [asked] = messages;
        const holder = await holderOf(reference, asked?.idempotencyKey ?? null);
        if (holder === undefined || holder.createdAt === asked?.createdAt) return reference.insert(messages);
        const message = await reference.findById(holder.id);
        return { kind: 'conflict', conflicts: message === null ? [] : [{ index: 0, message }] };
      },
    }),
  ),

  'does not take another traceparent for another request': wrong(
    'an insert that compares traceparents',
    (reference) => ({
      insert: async (messages) => {
        const [asked] = messages;
        const holder = await holderOf(reference, asked?.idempotencyKey ?? null);
        if (holder === undefined || holder.traceparent === (asked?.traceparent ?? null))
          return reference.insert(messages);
        const message = await reference.findById(holder.id);
        return { kind: 'conflict', conflicts: message === null ? [] : [{ index: 0, message }] };
      },
    }),
  ),

  'keeps a key whatever becomes of its message': forgetful(
    'a lost idempotency key of a cancelled message',
    ({ status }) => status === 'cancelled',
  ),

  'keeps a key over a redrive': forgetful(
    'a lost idempotency key of a redriven message',
    ({ status, history }) => status === 'unsent' && history.length > 0,
  ),

  'knows a request again although a redrive has dropped its expiry': wrong(
    'an insert that misses the expiry that a redrive dropped',
    (reference) => ({
      insert: async (messages) => {
        const [asked] = messages;
        const holder = await holderOf(reference, asked?.idempotencyKey ?? null);
        if (holder === undefined || messages.length > 1 || holder.expiresAt === asked?.expiresAt) {
          return reference.insert(messages);
        }
        const message = await reference.findById(holder.id);
        return { kind: 'conflict', conflicts: message === null ? [] : [{ index: 0, message }] };
      },
    }),
  ),

  'frees the key of a message that is erased': keepsKeys('an erase that keeps the key', 'erase'),
  'frees the key of a message that is pruned': keepsKeys('a prune that keeps the key', 'prune'),

  'names every conflict and stores nothing of the call': wrong(
    'an insert that stores what does not conflict',
    (reference) => ({
      insert: async (messages) => {
        const result = await reference.insert(messages);
        if (result.kind === 'conflict') {
          const conflicting = result.conflicts.map(({ index }) => index);
          await reference.insert(messages.filter((_, index) => !conflicting.includes(index)));
        }
        return result;
      },
    }),
  ),

  'takes any other field of the request for a conflict': wrong(
    'an insert that compares texts only',
    (reference) => ({
      insert: async (messages) => {
        const result = await reference.insert(messages);
        const [conflict] = result.kind === 'conflict' ? result.conflicts : [];
        const [asked] = messages;
        const sameTexts =
          conflict?.message.content === asked?.content &&
          conflict?.message.phoneNumber === asked?.phoneNumber;
        if (conflict === undefined || messages.length > 1 || !sameTexts) return result;
        return { kind: 'inserted', items: [{ kind: 'existing', message: conflict.message }] };
      },
    }),
  ),

  'mixes stored and existing messages in the order of the call': wrong(
    'an insert that answers what it stored first',
    (reference) => ({
      insert: async (messages) =>
        withItems(await reference.insert(messages), (items) => [
          ...items.filter(({ kind }) => kind === 'stored'),
          ...items.filter(({ kind }) => kind === 'existing'),
        ]),
    }),
  ),

  'stores what has a key once when a whole call is repeated': wrong(
    'an insert that takes a repeated key for a repeated call',
    (reference) => ({
      insert: async (messages) => {
        const [first] = messages;
        const isKnown = (await holderOf(reference, first?.idempotencyKey ?? null)) !== undefined;
        return reference.insert(
          isKnown ? messages.filter(({ idempotencyKey }) => idempotencyKey !== null) : messages,
        );
      },
    }),
  ),
};

function withItems(
  result: InsertResult,
  change: (items: readonly InsertedItem[]) => readonly InsertedItem[],
): InsertResult {
  return result.kind === 'conflict' ? result : { kind: 'inserted', items: change(result.items) };
}
