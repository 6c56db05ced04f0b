import { performance } from 'node:perf_hooks';
import type { CaseRun, Contract, ContractCase } from '../define-contract.ts';
import type { SentCacheHarness } from '../harness/sent-cache-harness.ts';

const TRIES = 3;

/**
 * The same cases for caches whose records live for a real second or so: what failed and took about as long as a record lives says more
 * about a busy machine than about the cache, and is done again in a harness of its own.
 */
export function unhurried(contract: Contract<SentCacheHarness>): Contract<SentCacheHarness> {
  return Object.fromEntries(Object.entries(contract).map(([fact, each]) => [fact, unhurriedCase(each)]));
}

function unhurriedCase(contractCase: ContractCase<SentCacheHarness>): ContractCase<SentCacheHarness> {
  if (typeof contractCase === 'function') return again(contractCase);
  return { ...contractCase, run: again(contractCase.run) };
}

function again(run: CaseRun<SentCacheHarness>): CaseRun<SentCacheHarness> {
  return async (harness, openHarness) => {
    for (let tries = 1; ; tries += 1) {
      const opened = tries === 1 ? null : await openHarness();
      const start = performance.now();
      try {
        await run(opened ?? harness, openHarness);
        return;
      } catch (error) {
        const isLate = performance.now() - start > harness.ttlMs / 2;
        if (!isLate || tries === TRIES) throw error;
      } finally {
        await opened?.close();
      }
    }
  };
}
