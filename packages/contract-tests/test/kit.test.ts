import { expect, test } from 'vitest';
import {
  type Contract,
  type ContractRunner,
  failingCases,
  mergeContracts,
  registerContract,
} from '../src/index.ts';

interface World {
  readonly log: string[];
  close(): Promise<void>;
}

function worlds(log: string[]): () => Promise<World> {
  return async () => {
    log.push('open');
    return {
      log,
      close: async () => {
        log.push('close');
      },
    };
  };
}

const CONTRACT: Contract<World> = {
  'keeps its promise': { run: async ({ log }) => void log.push('kept') },
  'breaks its promise': {
    run: async () => {
      throw new Error('broken');
    },
  },
  'cannot show its promise': {
    unless: () => 'no such capability',
    run: async ({ log }) => void log.push('not to be run'),
  },
};

/** A runner that keeps what it was given, to be run one by one. */
function collected(open: () => Promise<World>): {
  readonly titles: readonly string[];
  run(title: string): Promise<readonly string[]>;
} {
  const bodies = new Map<string, Parameters<ContractRunner['test']>[1]>();
  const runner: ContractRunner = {
    describe: (_title, body) => body(),
    test: (title, body) => bodies.set(title, body),
  };
  registerContract('a world', CONTRACT, runner, open);
  return {
    titles: [...bodies.keys()],
    run: async (title) => {
      const skips: string[] = [];
      await bodies.get(title)?.({ skip: (reason) => skips.push(reason) });
      return skips;
    },
  };
}

test('registers a test for each case, and opens nothing before they run', () => {
  const log: string[] = [];
  expect(collected(worlds(log)).titles).toEqual(Object.keys(CONTRACT));
  expect(log).toEqual([]);
});

test('opens a world for a case and closes it', async () => {
  const log: string[] = [];
  expect(await collected(worlds(log)).run('keeps its promise')).toEqual([]);
  expect(log).toEqual(['open', 'kept', 'close']);
});

test('closes the world of a case that fails, and passes its error on', async () => {
  const log: string[] = [];
  await expect(collected(worlds(log)).run('breaks its promise')).rejects.toThrow('broken');
  expect(log).toEqual(['open', 'close']);
});

test('passes on the error of a case rather than that of closing its world', async () => {
  const open = async (): Promise<World> => ({
    log: [],
    close: async () => {
      throw new Error('wrecked');
    },
  });
  await expect(collected(open).run('breaks its promise')).rejects.toThrow('broken');
  await expect(collected(open).run('keeps its promise')).rejects.toThrow('wrecked');
});

test('skips a case with its reason and does not run it', async () => {
  const log: string[] = [];
  expect(await collected(worlds(log)).run('cannot show its promise')).toEqual(['no such capability']);
  expect(log).toEqual(['open', 'close']);
});

test.each([1, 3])(
  'names the failing cases in the order of the contract, %i at a time',
  async (concurrency) => {
    expect(await failingCases(CONTRACT, worlds([]), { concurrency })).toEqual(['breaks its promise']);
  },
);

test('refuses to merge contracts with a title in common', () => {
  expect(() => mergeContracts(CONTRACT, CONTRACT)).toThrow("two cases are called 'keeps its promise'");
});
