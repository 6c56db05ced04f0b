import type { NewMessage } from '@messaging-system/core/adapter';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { holderOf } from './idempotency-doubles.ts';
import { change, wrong } from './repository-double.ts';

/** An insert that is given other messages than it was asked for. */
function inserts(name: string, as: (asked: NewMessage) => NewMessage): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({ insert: (messages) => reference.insert(messages.map(as)) }));
}

const sorted = (metadata: object): string => JSON.stringify(Object.entries(metadata));

export const metadataDoubles: Doubles<MessageRepositoryHarness> = {
  'keeps the metadata of a message through every attempt and a redrive': wrong(
    'a redrive that drops the metadata',
    (reference) => ({
      redrive: async (ids, at) => {
        const results = await reference.redrive(ids, at);
        for (const id of ids) change(reference, id, ({ metadata }) => (metadata ? { metadata: {} } : {}));
        return results;
      },
    }),
  ),

  'keeps every name and value of metadata as it is': inserts(
    'an insert that gives metadata to an object with names of its own',
    ({ metadata, ...asked }) => {
      if (metadata === undefined) return asked;
      // Assigned, `__proto__` is not a field.
      const assigned: Record<string, string> = {};
      for (const [name, value] of Object.entries(metadata)) assigned[name] = value;
      return { ...asked, metadata: assigned };
    },
  ),

  'gives a message that has no metadata no such field': wrong(
    'an insert that keeps empty metadata as it comes',
    (reference) => ({
      insert: async (messages) => {
        const result = await reference.insert(messages);
        for (const [index, { message }] of result.kind === 'inserted' ? result.items.entries() : []) {
          const { metadata } = messages[index] ?? {};
          if (metadata !== undefined) change(reference, message.id, () => ({ metadata }));
        }
        return result;
      },
    }),
  ),

  'takes other metadata for another request': wrong(
    'an insert that does not compare metadata',
    (reference) => ({
      insert: async (messages) => {
        const holders = await Promise.all(
          messages.map(({ idempotencyKey }) => holderOf(reference, idempotencyKey)),
        );
        return reference.insert(
          messages.map(({ metadata: asked = {}, ...message }, index) => ({
            ...message,
            metadata: holders[index] === undefined ? asked : (holders[index].metadata ?? {}),
          })),
        );
      },
    }),
  ),

  'knows a request again by its metadata in any order, or by having none': wrong(
    'an insert that compares metadata as texts',
    (reference) => ({
      insert: async (messages) => {
        const [asked] = messages;
        const holder = asked && (await holderOf(reference, asked.idempotencyKey));
        const isSame = sorted(asked?.metadata ?? {}) === sorted(holder?.metadata ?? {});
        if (holder === undefined || messages.length > 1 || isSame) return reference.insert(messages);
        return { kind: 'conflict', conflicts: [{ index: 0, message: holder }] };
      },
    }),
  ),
};
