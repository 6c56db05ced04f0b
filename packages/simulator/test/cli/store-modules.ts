import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OpenWorldStore } from '../../src/index.ts';

const SQLITE = new URL('../../../adapters-sqlite/test/simulation/world-store.ts', import.meta.url);

/** The module that opens a store; null for the reference adapters. */
export function storeModule(store: string): string | null {
  if (store === 'memory') return null;
  return store === 'sqlite' ? SQLITE.href : pathToFileURL(resolve(store)).href;
}

export async function importStore(module: string | null): Promise<{ openStore?: OpenWorldStore }> {
  if (module === null) return {};
  const { openWorldStore } = await import(module);
  if (typeof openWorldStore !== 'function') throw new TypeError(`${module} does not export openWorldStore`);
  return { openStore: openWorldStore };
}
