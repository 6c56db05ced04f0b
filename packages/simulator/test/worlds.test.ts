import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  countFaults,
  describeFailure,
  FEWEST_FAULTS,
  openInMemoryStore,
  planWorld,
  runWorld,
  type SimulationReport,
  seededChance,
  simulate,
} from '../src/index.ts';

const WORLDS = 300;

function expectNoFailure({ failures }: SimulationReport): void {
  const texts = failures.map((failure) =>
    describeFailure(
      failure,
      (ids) => `npm run simulate -- --seed ${failure.seed} --extension ${failure.extension} --keep ${ids}`,
    ),
  );
  expect(texts.join('\n')).toBe('');
}

describe('the dispatcher and the reference adapters', () => {
  test(`hold every rule in ${WORLDS} worlds, in each of which three faults really happened`, async () => {
    const report = await simulate({ firstSeed: 1, worlds: WORLDS });
    expectNoFailure(report);
    expect(report.worlds).toBe(WORLDS);
    const { statistics, faults, actions } = report;
    expect(statistics.messages).toBeGreaterThanOrEqual(10 * WORLDS);
    expect(Object.keys(faults).length).toBeGreaterThan(40);
    expect(Object.keys(actions).sort()).toEqual([
      'cancel',
      'dispatch_once',
      'enqueue',
      'prune',
      'redrive',
      'redrive_matching',
      'start',
      'stop',
    ]);
    // Rare events must have happened too, or nothing was shown about them.
    for (const what of [
      'copies',
      'crashes',
      'leasesTakenOver',
      'staleSettles',
      'recalled',
      'reconciled',
    ] as const)
      expect(statistics[what], what).toBeGreaterThan(0);
    for (const status of ['sent', 'failed', 'unknown', 'cancelled'] as const)
      expect(statistics[status], status).toBeGreaterThan(0);
  }, 120_000);

  test.each(['resend', 'hold', 'reconcile', 'mixed'] as const)(
    'hold every rule under %s',
    async (policy) => {
      const report = await simulate({ firstSeed: 5_000, worlds: 40, policy });
      expectNoFailure(report);
      if (policy === 'hold') expect(report.statistics.copies).toBe(0);
    },
    60_000,
  );

  test('lose nothing to a message that kills whatever sends it', async () => {
    const kills = { kind: 'killer', isTaken: false, downMs: 100 } as const;
    const report = await simulate({
      firstSeed: 7_000,
      worlds: 20,
      plan: (seed, options) => {
        const plan = planWorld(seed, { ...options, operators: false });
        const id = plan.disturbances.length;
        return { ...plan, disturbances: [...plan.disturbances, { ...kills, id, message: seed % 10 }] };
      },
    });
    expectNoFailure(report);
    expect(report.statistics.unknown).toBeGreaterThan(0);
  }, 60_000);
});

describe('a world', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('is the same to the byte whenever it is run, also from its plan as JSON', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const plan = planWorld(seed);
      const first = await runWorld(plan, { trace: true });
      const second = await runWorld(JSON.parse(JSON.stringify(plan)), { trace: true });
      expect(first.trace.length).toBeGreaterThan(100);
      expect(second.trace.join('\n')).toBe(first.trace.join('\n'));
      expect(second.statistics).toEqual(first.statistics);
      expect(planWorld(seed)).toEqual(plan);
    }
  });

  test('is the same whether its trace is kept or not', async () => {
    const plan = planWorld(3);
    const [kept, dropped] = [await runWorld(plan, { trace: true }), await runWorld(plan)];
    expect(dropped.trace).toEqual([]);
    expect(dropped.statistics).toEqual(kept.statistics);
  });

  test('asks neither the time nor the chance of the machine, and sets no timer', async () => {
    const asked = [
      vi.spyOn(Date, 'now'),
      vi.spyOn(Math, 'random'),
      vi.spyOn(globalThis, 'setTimeout'),
      vi.spyOn(globalThis, 'setInterval'),
    ];
    for (let seed = 1; seed <= 10; seed += 1) await runWorld(planWorld(seed), { trace: true });
    for (const spy of asked) expect(spy).not.toHaveBeenCalled();
  });

  test('has at least two processes and ten messages, or as many as its options say', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const plan = planWorld(seed);
      expect(plan.processes.length).toBeGreaterThanOrEqual(2);
      expect(plan.messages.length).toBeGreaterThanOrEqual(10);
    }
    const plan = planWorld(1, { processes: 3, messages: 25, policy: 'hold', cache: false, operators: false });
    expect(plan.processes).toEqual([{ ambiguity: 'hold' }, { ambiguity: 'hold' }, { ambiguity: 'hold' }]);
    expect(plan.messages).toHaveLength(25);
    expect(plan.cache).toBe(false);
  });

  test('whose plan met too few faults is planned again with more', async () => {
    const extensions: number[] = [];
    await simulate({
      worlds: 1,
      plan: (seed, options) => {
        extensions.push(options.extension ?? 0);
        const plan = planWorld(seed, options);
        return extensions.length < 3 ? { ...plan, disturbances: [] } : plan;
      },
    });
    expect(extensions).toEqual([0, 1, 2]);
    expect(countFaults(await runWorld(planWorld(1, { extension: 2 })))).toBeGreaterThanOrEqual(FEWEST_FAULTS);
  });

  test('takes its chance from the source that it is given', async () => {
    const asked: number[] = [];
    const chance = (seed: number): ReturnType<typeof seededChance> => {
      asked.push(seed);
      return seededChance(seed + 1);
    };
    const [moved, plain] = [planWorld(1, { chance }), planWorld(2)];
    expect({ ...moved, seed: 2 }).toEqual(plain);
    await runWorld(moved, { chance });
    expect(asked).toEqual([1, 1]);
  });

  test('opens its own store and closes it', async () => {
    let [opened, closed] = [0, 0];
    const { worlds } = await simulate({
      worlds: 5,
      openStore: async (context) => {
        opened += 1;
        const store = await openInMemoryStore(context);
        const close = async (): Promise<void> => {
          closed += 1;
        };
        return { ...store, close };
      },
    });
    expect(worlds).toBe(5);
    expect(opened).toBeGreaterThanOrEqual(5);
    expect(closed).toBe(opened);
  });
});
