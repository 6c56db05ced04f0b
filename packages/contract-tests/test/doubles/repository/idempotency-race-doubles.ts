import { storedFrom } from '@messaging-system/core/adapter';
import type { InMemoryMessageRepository } from '@messaging-system/core/in-memory';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Doubles } from '../register-doubles.ts';
import { turn } from '../turn.ts';
import { holderOf, storeAnyway } from './idempotency-doubles.ts';
import { wrong } from './repository-double.ts';

export const idempotencyRaceDoubles: Doubles<MessageRepositoryHarness> = {
  'stores an idempotencyKey for exactly one of twenty racing callers': wrong(
    'an insert that looks for the key and then stores',
    (reference) => ({
      insert: async (messages) => {
        const [asked] = messages;
        if (asked === undefined || asked.idempotencyKey === null || messages.length > 1) {
          return reference.insert(messages);
        }
        const holder = await holderOf(reference, asked.idempotencyKey);
        await turn();
        if (holder !== undefined) return reference.insert(messages);
        return { kind: 'inserted', items: await storeAnyway(reference, asked) };
      },
    }),
  ),

  'stores one of the requests that race for a key and names it to the others': wrong(
    'an insert that does not compare the request that came between',
    (reference) => ({
      insert: async (messages) => {
        const holder = await holderOf(reference, messages[0]?.idempotencyKey ?? null);
        await turn();
        const result = await reference.insert(messages);
        if (result.kind === 'inserted' || holder !== undefined) return result;
        return {
          kind: 'inserted',
          items: result.conflicts.map(({ message }) => ({ kind: 'existing', message })),
        };
      },
    }),
  ),

  'stores nothing of an array that loses a race for one of its keys, or names what it stored': wrong(
    'an insert that stores what has no key before it looks for the keys',
    (reference) => ({
      insert: async (messages) => {
        const [first, ...others] = messages;
        if (first === undefined || first.idempotencyKey !== null || others[0]?.idempotencyKey == null) {
          return reference.insert(messages);
        }
        const holder = await holderOf(reference, others[0].idempotencyKey);
        if (holder !== undefined) return reference.insert(messages);
        const stored = await reference.insert([first]);
        await turn();
        const result = await reference.insert(others);
        if (result.kind === 'conflict' || stored.kind === 'conflict') return result;
        return { kind: 'inserted', items: [...stored.items, ...result.items] };
      },
    }),
  ),

  'stores each key once when twenty callers race with the same keys in different orders': wrong(
    'a batch that looks for its keys and then stores',
    (reference) => ({
      insert: async (messages) => {
        const holders = await Promise.all(
          messages.map(({ idempotencyKey }) => holderOf(reference, idempotencyKey)),
        );
        await turn();
        const isFree = holders.every((holder) => holder === undefined);
        if (
          messages.length < 4 ||
          messages.some(({ idempotencyKey }) => idempotencyKey === null) ||
          !isFree
        ) {
          return reference.insert(messages);
        }
        const items = await Promise.all(messages.map((asked) => storeAnyway(reference, asked)));
        return { kind: 'inserted', items: items.flat() };
      },
    }),
  ),

  'makes an id for each message of twenty racing callers': wrong(
    'an insert that reads the last id and then stores the next',
    (reference) => ({
      insert: async (messages) => {
        if (messages.some(({ idempotencyKey }) => idempotencyKey !== null)) return reference.insert(messages);
        const last = lastIds.get(reference) ?? 1_000_000;
        await turn();
        lastIds.set(reference, last + messages.length);
        await reference.insert([]);
        return {
          kind: 'inserted',
          items: messages.map((asked, index) => {
            const id = (last + index + 1).toString(16).padStart(24, '0');
            return { kind: 'stored', message: reference.put(storedFrom(id, asked)).message };
          }),
        };
      },
    }),
  ),
};

const lastIds = new WeakMap<InMemoryMessageRepository, number>();
