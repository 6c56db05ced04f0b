import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type MessageRepositoryHarness,
  messageRepositoryContract,
  registerContract,
} from '@messaging-system/contract-tests';
import { SystemRandom } from '@messaging-system/core/system-clock';
import { describe, expect, test } from 'vitest';
import { FileMessageRepository } from '../src/file-message-repository.ts';

async function openHarness(): Promise<MessageRepositoryHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'own-adapter-'));
  const repository = await FileMessageRepository.open(join(folder, 'messages.ndjson'), new SystemRandom());
  return {
    repository,
    // The file belongs to one process: all callers share its one instance.
    openAnother: async () => repository,
    probe: { read: async (id) => repository.read(id) },
    close: async () => {
      await repository.close();
      await rm(folder, { recursive: true });
    },
  };
}

registerContract('FileMessageRepository', messageRepositoryContract, { describe, test }, openHarness);

test('what was stored is there when the file is opened again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'own-adapter-'));
  const path = join(folder, 'messages.ndjson');
  const first = await FileMessageRepository.open(path, new SystemRandom());
  await first.insert([
    {
      phoneNumber: '+905551234567',
      content: 'Hello',
      idempotencyKey: null,
      sendAt: null,
      expiresAt: null,
      createdAt: 1_000,
    },
  ]);
  await first.close();
  const second = await FileMessageRepository.open(path, new SystemRandom());
  expect((await second.counts()).unsent.count).toBe(1);
  await second.close();
  await rm(folder, { recursive: true });
});
