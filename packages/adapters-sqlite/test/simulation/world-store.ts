import type { OpenWorldStore } from '@messaging-system/simulator';
import { SqliteStore } from '../../src/index.ts';

/** A database in memory for one simulated world: by its time and its chance alone, so that the same seed gives the same world. */
export const openWorldStore: OpenWorldStore = async ({ clock, random }) => {
  const store = await SqliteStore.open({ path: ':memory:', clock, random });
  return { repository: store.messages, sentCache: store.sentCache, close: () => store.close() };
};
