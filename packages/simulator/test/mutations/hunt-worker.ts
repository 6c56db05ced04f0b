import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { applyMutation } from './apply-mutation.ts';
import type { Catch, Hunt } from './hunt.ts';

// Every thread compiles the same sources.
enableCompileCache(join(tmpdir(), 'messaging-system-compile-cache'));

// One thread for one mutation: modules are loaded once.
const hunt: Hunt = workerData;
const isApplied = applyMutation(hunt.mutation);
parentPort?.postMessage(await search(hunt));

async function search({ mutation, starts, mostWorlds, storeModule }: Hunt): Promise<Catch> {
  const worlds: (number | null)[] = [];
  const rules = new Set<Catch['rules'][number]>();
  try {
    const { planWorld, runWorld } = await import('../../src/index.ts');
    const store = storeModule === null ? {} : { openStore: (await import(storeModule)).openWorldStore };
    if (!isApplied()) throw new Error(`${mutation.file} was not imported`);
    for (const start of starts) {
      let found: number | null = null;
      for (let tried = 1; tried <= mostWorlds && found === null; tried += 1) {
        const { violations } = await runWorld(planWorld(start + tried), store);
        const [violation] = violations;
        if (violation === undefined) continue;
        found = tried;
        rules.add(violation.rule);
      }
      worlds.push(found);
    }
    return { mutation, worlds, rules: [...rules], problem: null };
  } catch (error) {
    return { mutation, worlds, rules: [...rules], problem: String(error) };
  }
}
