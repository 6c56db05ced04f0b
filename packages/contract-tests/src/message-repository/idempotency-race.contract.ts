import assert from 'node:assert/strict';
import { aNewMessage } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { insertMany, only, RACERS, race } from './steps.ts';

export const idempotencyRaceContract: Contract<MessageRepositoryHarness> = {
  'stores an idempotencyKey for exactly one of twenty racing callers': {
    async run(harness) {
      const results = await race(harness, (repository) =>
        repository.insert([aNewMessage({ idempotencyKey: 'order-1' })]),
      );
      const items = results.map((result) => only(result.kind === 'inserted' ? result.items : []));
      assert.equal(items.filter(({ kind }) => kind === 'stored').length, 1, 'one caller stores');
      assert.equal(new Set(items.map(({ message }) => message.id)).size, 1, 'all get the same message');
      assert.equal((await harness.repository.counts()).unsent.count, 1);
    },
  },

  'stores one of the requests that race for a key and names it to the others': {
    async run(harness) {
      const contents = ['one', 'other'];
      const results = await race(harness, (repository, index) =>
        repository.insert([aNewMessage({ idempotencyKey: 'order-1', content: contents[index % 2] ?? '' })]),
      );
      const outcomes = results.map((result, index) => ({
        asked: contents[index % 2],
        ...(result.kind === 'conflict'
          ? { kind: result.kind, message: only(result.conflicts).message }
          : only(result.items)),
      }));
      const stored = only(outcomes.filter(({ kind }) => kind === 'stored'));
      for (const { asked, kind, message } of outcomes.filter((outcome) => outcome !== stored)) {
        assert.equal(kind, asked === stored.asked ? 'existing' : 'conflict');
        assert.equal(message.id, stored.message.id);
      }
    },
  },

  'stores nothing of an array that loses a race for one of its keys, or names what it stored': {
    async run(harness) {
      const results = await race(harness, (repository, index) =>
        repository.insert([
          aNewMessage({ content: `beside ${index}` }),
          aNewMessage({ idempotencyKey: 'order-1', content: `order ${index}` }),
        ]),
      );
      assert.equal(results.filter(({ kind }) => kind === 'inserted').length, 1, 'one caller stores');
      const named = results.flatMap((result) => (result.kind === 'conflict' ? (result.stored ?? []) : []));
      assert.equal((await harness.repository.counts()).unsent.count, 2 + named.length);
    },
  },

  'stores each key once when twenty callers race with the same keys in different orders': {
    async run(harness) {
      const keys = ['a', 'b', 'c', 'd'];
      const results = await race(harness, (repository, index) => {
        const turned = [...keys.slice(index % 4), ...keys.slice(0, index % 4)];
        return repository.insert(turned.map((key) => aNewMessage({ idempotencyKey: key, content: key })));
      });
      const items = results.flatMap((result, index) => {
        assert.equal(result.kind, 'inserted');
        const contents = result.items.map(({ message }) => message.content);
        assert.deepEqual(contents, [...keys.slice(index % 4), ...keys.slice(0, index % 4)]);
        return result.items;
      });
      assert.equal(items.filter(({ kind }) => kind === 'stored').length, keys.length);
      assert.equal(new Set(items.map(({ message }) => message.id)).size, keys.length);
      assert.equal((await harness.repository.counts()).unsent.count, keys.length);
    },
  },

  'makes an id for each message of twenty racing callers': {
    async run(harness) {
      const inserted = await race(harness, (repository) => insertMany(repository, 10));
      assert.equal(new Set(inserted.flat().map(({ id }) => id)).size, RACERS * 10);
      assert.equal((await harness.repository.counts()).unsent.count, RACERS * 10);
    },
  },
};
