import { aNewMessage, type MessageRepositoryHarness } from '../../../src/index.ts';
import type { Doubles } from '../register-doubles.ts';
import { allMessages, change, wrong } from './repository-double.ts';

export const insertDoubles: Doubles<MessageRepositoryHarness> = {
  'stores new messages as unsent and answers in the order of the call': wrong(
    'an insert that answers before it knows the due time',
    (reference) => ({
      insert: async (messages) => {
        const result = await reference.insert(messages);
        if (result.kind === 'conflict') return result;
        return {
          kind: 'inserted',
          items: result.items.map(({ kind, message }) => ({ kind, message: { ...message, dueAt: null } })),
        };
      },
    }),
  ),

  'keeps every field that the caller gave': wrong('an insert that drops expiresAt', (reference) => ({
    insert: (messages) => reference.insert(messages.map((message) => ({ ...message, expiresAt: null }))),
  })),

  'keeps texts of any script as they are': wrong('an insert that normalises texts', (reference) => ({
    insert: (messages) =>
      reference.insert(
        messages.map((message) => ({ ...message, content: message.content.normalize('NFC') })),
      ),
  })),

  'makes a message due at its sendAt where it has one': wrong(
    'an insert that keeps no place for sendAt',
    (reference) => ({
      insert: async (messages) => {
        const result = await reference.insert(messages);
        if (result.kind === 'inserted') {
          for (const { message } of result.items) {
            change(reference, message.id, ({ createdAt }) => ({ dueAt: createdAt }));
          }
        }
        return result;
      },
    }),
  ),

  'keeps the traceparent of a message through every attempt and a redrive': wrong(
    'a redrive that drops the traceparent',
    (reference) => ({
      redrive: async (ids, at) => {
        const results = await reference.redrive(ids, at);
        for (const id of ids) change(reference, id, () => ({ traceparent: null }));
        return results;
      },
    }),
  ),

  'takes an invalid traceparent for none': wrong(
    'an insert that keeps any traceparent as it comes',
    (reference) => ({
      insert: async (messages) => {
        const result = await reference.insert(messages);
        if (result.kind === 'inserted') {
          for (const [index, { kind, message }] of result.items.entries()) {
            const { traceparent = null } = messages[index] ?? {};
            if (kind === 'stored') change(reference, message.id, () => ({ traceparent }));
          }
        }
        return result;
      },
    }),
  ),

  'stores equal messages without a key each time': wrong(
    'an insert that takes an equal message for the same',
    (reference) => ({
      insert: async (messages) => {
        const [asked = aNewMessage()] = messages;
        const twin = (await allMessages(reference)).find(
          ({ status, leasedUntil, phoneNumber, content, attempts, createdAt }) =>
            status === 'unsent' &&
            leasedUntil === null &&
            attempts === 0 &&
            createdAt === asked.createdAt &&
            phoneNumber === asked.phoneNumber &&
            content === asked.content,
        );
        if (messages.length !== 1 || asked.idempotencyKey !== null || twin === undefined) {
          return reference.insert(messages);
        }
        const message = await reference.findById(twin.id);
        return { kind: 'inserted', items: message === null ? [] : [{ kind: 'existing', message }] };
      },
    }),
  ),

  'stores a thousand messages in one call, in order': wrong(
    'an insert that drops what is more than five hundred',
    (reference) => ({ insert: (messages) => reference.insert(messages.slice(0, 500)) }),
  ),

  'stores nothing for an empty call': wrong('an insert that refuses an empty call', (reference) => ({
    insert: async (messages) => {
      if (messages.length === 0) throw new TypeError('batch cannot be empty');
      return reference.insert(messages);
    },
  })),
};
