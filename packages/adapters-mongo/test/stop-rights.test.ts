import { MessagingError, StoreRejectedError } from '@messaging-system/core';
import { expect, test } from 'vitest';
import { behindWireProxy } from './support/behind-wire-proxy.ts';
import { describeWithMongo } from './support/services.ts';
import type { Answer } from './support/wire-proxy.ts';

const STOP = { at: 1_767_225_600_000, by: 'ops' };

/** A server's answer to a user who has rights to the messages alone. */
const UNAUTHORIZED = {
  code: 13,
  codeName: 'Unauthorized',
  errmsg: 'not authorized on it to execute command',
};
const ATLAS = {
  code: 8_000,
  codeName: 'AtlasError',
  errmsg: 'user is not allowed to do action [find] on [it]',
};

/** A server whose user lacks these rights to the collection of the stop. */
function withoutRightTo(collection: string, commands: readonly string[], refusal: object): Answer {
  return async (command, pass) =>
    commands.some((name) => command[name] === `${collection}_processor`)
      ? { ok: 0, ...refusal }
      : pass(command);
}

describeWithMongo('a user without rights to the collection of the stop for all', (world) => {
  for (const refusal of [UNAUTHORIZED, ATLAS]) {
    test(`opens, reports once what to grant, and has no stop (${refusal.codeName})`, async () => {
      const { proxy, db, collection, open } = await behindWireProxy(world());
      const warnings: string[] = [];
      proxy.answerWith(withoutRightTo(collection, ['find'], refusal));
      const repository = await open({ onWarning: (text) => warnings.push(text) });
      expect(warnings).toEqual([expect.stringContaining(`${db.databaseName}.${collection}_processor`)]);
      expect(warnings[0]).toContain('grant');
      expect(await repository.deliveryStop()).toBeNull();
      expect(warnings).toHaveLength(1);
    });

    test(`is reported again when the right was there meanwhile (${refusal.codeName})`, async () => {
      const { proxy, collection, open } = await behindWireProxy(world());
      const warnings: string[] = [];
      const repository = await open({ onWarning: (text) => warnings.push(text) });
      await repository.stopDelivery(STOP);
      expect(await repository.deliveryStop()).toEqual(STOP);
      expect(warnings).toEqual([]);
      for (const times of [1, 2]) {
        proxy.answerWith(withoutRightTo(collection, ['find'], refusal));
        expect(await repository.deliveryStop()).toBeNull();
        expect(warnings).toHaveLength(times);
        proxy.answerWith((command, pass) => pass(command));
        expect(await repository.deliveryStop()).toEqual(STOP);
      }
    });

    test(`gets an error that names the collection and what to grant when it asks for a stop or its end (${refusal.codeName})`, async () => {
      const { proxy, db, collection, open } = await behindWireProxy(world());
      proxy.answerWith(withoutRightTo(collection, ['update', 'delete'], refusal));
      const repository = await open({ onWarning: (text) => expect.unreachable(text) });
      for (const asked of [() => repository.stopDelivery(STOP), () => repository.resumeDelivery()]) {
        const refused = asked();
        await expect(refused).rejects.toBeInstanceOf(StoreRejectedError);
        await expect(refused).rejects.toThrow(`${db.databaseName}.${collection}_processor`);
        await expect(refused).rejects.toThrow('grant');
      }
    });
  }

  for (const fault of [
    { code: 13_435, codeName: 'NotPrimaryNoSecondaryOk', errmsg: 'not primary' },
    { code: 8_000, codeName: 'AtlasError', errmsg: 'the cluster is paused' },
    null,
  ]) {
    test(`opens, with and without \`onWarning\`, when the stop cannot be read (${fault?.codeName ?? 'connection cut'})`, async () => {
      const { proxy, collection, open } = await behindWireProxy(world(), { retryReads: false });
      const unreadable: Answer = async (command, pass) => {
        if (command.find !== `${collection}_processor`) return pass(command);
        return fault === null ? null : { ok: 0, ...fault };
      };
      for (const options of [{}, { onWarning: (text: string) => expect.unreachable(text) }]) {
        proxy.answerWith(unreadable);
        const repository = await open(options);
        await expect(repository.deliveryStop()).rejects.toBeInstanceOf(MessagingError);
        proxy.answerWith((command, pass) => pass(command));
        expect(await repository.deliveryStop()).toBeNull();
      }
    });
  }

  test('does not hide another refusal', async () => {
    const { proxy, collection, open } = await behindWireProxy(world());
    const repository = await open();
    const refusal = { code: 8_000, codeName: 'AtlasError', errmsg: 'the cluster is paused' };
    proxy.answerWith(withoutRightTo(collection, ['find'], refusal));
    await expect(repository.deliveryStop()).rejects.toThrow('8000 AtlasError');
  });
});
