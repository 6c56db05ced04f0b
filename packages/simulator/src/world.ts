import { type Chance, type ChanceSource, seededChance } from './chance.ts';
import { Clients } from './clients.ts';
import type { ModelMessage } from './model/model-message.ts';
import { ReferenceModel } from './model/reference-model.ts';
import { FaultInjector } from './plan/fault-injector.ts';
import type { WorldPlan } from './plan/world-plan.ts';
import { processRandom } from './process/process-random.ts';
import { trueTime } from './process/simulated-clock.ts';
import { SimulatedProcess } from './process/simulated-process.ts';
import { CallRules } from './rules/call-rules.ts';
import { ProcessRules } from './rules/process-rules.ts';
import { SendRules } from './rules/send-rules.ts';
import { scheduleDisturbances } from './schedule-disturbances.ts';
import { Scheduler } from './scheduler.ts';
import { Trace } from './trace.ts';
import type { Report, Violation } from './violations.ts';
import type { WorldContext } from './world-context.ts';
import { noStatistics, type WorldStatistics } from './world-statistics.ts';
import { type OpenWorldStore, openInMemoryStore, type WorldStore } from './world-store.ts';

export interface WorldRunOptions {
  /** The reference adapters of core unless told. */
  readonly openStore?: OpenWorldStore;
  readonly chance?: ChanceSource;
  /** Whether to keep the trace; false unless told, since it takes longer. */
  readonly trace?: boolean;
}

export interface WorldResult {
  readonly plan: WorldPlan;
  /** Empty: everything held. A world ends with the first step that breaks a rule. */
  readonly violations: readonly Violation[];
  /** The ids of the faults and actions that were met. */
  readonly fired: ReadonlySet<number>;
  readonly statistics: Readonly<WorldStatistics>;
  readonly trace: readonly string[];
}

/** Runs one world from its beginning to its rest. */
export async function runWorld(plan: WorldPlan, options: WorldRunOptions = {}): Promise<WorldResult> {
  const chance = (options.chance ?? seededChance)(plan.seed);
  const scheduler = new Scheduler();
  const store = await (options.openStore ?? openInMemoryStore)({
    clock: { now: () => trueTime(scheduler), sleep: () => Promise.resolve() },
    random: processRandom(chance, [10], 'store'),
  });
  try {
    return await new World(plan, chance, scheduler, store, options.trace ?? false).run();
  } finally {
    await store.close();
  }
}

// A world in which more happens than this has run wild.
const MOST_STEPS = 100_000;
/** How long everything may take to settle when nothing goes wrong any more. */
const SETTLES_WITHIN_MS = 900_000;
/** When every send that began before has ended, in addition to its time-out. */
const LAST_ANSWER_MS = 2_000;
/** Beyond any time-out of a dispatcher: what still sleeps then would sleep for ever. */
const REST_MS = 30_000;

const AT_REST = { state: 'stopped', leased: 0, inFlight: 0 } as const;

class World {
  readonly #plan: WorldPlan;
  readonly #store: WorldStore;
  readonly #scheduler: Scheduler;
  readonly #context: WorldContext;
  readonly #processes: readonly SimulatedProcess[];
  readonly #clients: Clients;
  readonly #violations: Violation[] = [];
  #hasResumed = false;
  #isResting = false;

  constructor(plan: WorldPlan, chance: Chance, scheduler: Scheduler, store: WorldStore, keepsTrace: boolean) {
    this.#plan = plan;
    this.#store = store;
    this.#scheduler = scheduler;
    this.#context = this.#contextOf(plan, chance, keepsTrace);
    const resumed = (): void => {
      this.#hasResumed = true;
    };
    this.#processes = plan.processes.map(
      ({ ambiguity }, number) => new SimulatedProcess(this.#context, number, ambiguity, resumed),
    );
    const clientProcess = (): SimulatedProcess =>
      new SimulatedProcess(this.#context, plan.processes.length, 'resend', resumed);
    this.#clients = new Clients(this.#context, clientProcess(), clientProcess);
  }

  async run(): Promise<WorldResult> {
    const { trace, statistics, faults, model } = this.#context;
    await this.#chaos();
    if (this.#holds) await this.#calm();
    if (this.#holds) await this.#rest();
    statistics.virtualMs = this.#scheduler.now;
    statistics.messages = model.size;
    for (const { status } of model.messages) if (status !== 'unsent') statistics[status] += 1;
    return {
      plan: this.#plan,
      violations: this.#violations,
      fired: faults.fired,
      statistics,
      trace: trace.lines,
    };
  }

  get #holds(): boolean {
    return this.#violations.length === 0;
  }

  /** Everything that is planned to go wrong. */
  async #chaos(): Promise<void> {
    await this.#clients.putFirst(this.#store);
    for (const process of this.#processes) {
      process.boot();
      process.start();
    }
    scheduleDisturbances(this.#context, this.#processes, this.#clients);
    await this.#runUntil(this.#plan.chaosMs);
  }

  /** Nothing goes wrong any more, every process is up: now everything must settle. */
  async #calm(): Promise<void> {
    const { faults, trace } = this.#context;
    trace.add('world', () => 'nothing goes wrong from here on');
    faults.end();
    for (const process of this.#processes) {
      process.boot();
      process.run?.thaw();
      process.start();
      // Once more when the last answer of the bad times has come: it may have shut the endpoint.
      this.#scheduler.after(this.#plan.options.sendTimeoutMs + LAST_ANSWER_MS, () => {
        if (!this.#isResting) process.start();
      });
    }
    await this.#untilSettled();
    if (!this.#holds || !this.#plan.redrivesAtEnd) return;
    this.#clients.redriveAll();
    await this.#runUntil(this.#scheduler.now + 1_000);
    for (const process of this.#processes) process.start();
    await this.#untilSettled();
  }

  async #untilSettled(): Promise<void> {
    const until = this.#scheduler.now + SETTLES_WITHIN_MS;
    const isSettled = (): boolean => this.#clients.isIdle && this.#unsent().length === 0;
    await this.#runUntil(until, isSettled);
    const unsent = this.#unsent();
    if (this.#holds && !isSettled())
      this.#report(
        'loses no message',
        `never settled: ${unsent.map(({ name }) => name).join(' ')}`,
        ...unsent,
      );
  }

  /** They still tick, they stop, and then nothing of them is left. */
  async #rest(): Promise<void> {
    const { calls } = this.#context;
    const since = this.#scheduler.now;
    const patienceMs = this.#plan.options.intervalMs + this.#plan.options.storeTimeoutMs + 8_000;
    const ticks = (): boolean =>
      this.#processes.every(({ run }) => run !== null && calls.lastClaimAt(run) > since);
    await this.#runUntil(since + patienceMs, ticks);
    for (const { run } of this.#processes) {
      if (this.#holds && run !== null && calls.lastClaimAt(run) <= since)
        this.#report('keeps ticking', `${run.name} has not claimed for ${patienceMs} ms`);
    }
    this.#isResting = true;
    for (const process of this.#processes) process.stop();
    await this.#runUntil(this.#scheduler.now + REST_MS);
    for (const { run } of this.#processes) {
      if (!this.#holds || run === null) continue;
      const { state, leased, inFlight } = run.dispatcher?.status() ?? AT_REST;
      if (state !== 'stopped' || run.sleepers + leased + inFlight > 0)
        this.#report(
          'comes to rest',
          `${run.name} is ${state}, ${run.sleepers} of it still sleep, it holds ${leased}, sends ${inFlight}`,
        );
    }
  }

  #unsent(): readonly ModelMessage[] {
    return [...this.#context.model.messages].filter(({ status }) => status === 'unsent');
  }

  async #runUntil(until: number, isEnough: () => boolean = () => false): Promise<void> {
    const { statistics, processes } = this.#context;
    await this.#quiet();
    while (this.#holds && !isEnough() && (await this.#scheduler.step(until))) {
      statistics.steps += 1;
      if (statistics.steps > MOST_STEPS)
        this.#report('comes to rest', `more than ${MOST_STEPS} things happened`);
      if (!this.#hasResumed) continue;
      await this.#quiet();
      for (const { run } of this.#processes) if (run !== null) processes.check(run);
    }
  }

  async #quiet(): Promise<void> {
    this.#hasResumed = false;
    // An immediate runs when all microtasks are done, however many those make: nothing is left to do at once. It waits for no time.
    await new Promise((resolve) => setImmediate(resolve));
  }

  readonly #report: Report = (rule, text, ...messages) => {
    this.#violations.push({
      rule,
      text,
      at: this.#scheduler.now,
      messages: messages.map(({ name }) => name),
    });
    this.#context.trace.add('rule', () => `"${rule}" is broken: ${text}`);
  };

  #contextOf(plan: WorldPlan, chance: Chance, keepsTrace: boolean): WorldContext {
    const scheduler = this.#scheduler;
    const report = this.#report;
    const model = new ReferenceModel(report);
    const statistics = noStatistics();
    const trace = new Trace(keepsTrace, () => scheduler.now);
    const { repository, claimWindow = 0 } = this.#store;
    const sentCache = plan.cache ? (this.#store.sentCache ?? null) : null;
    const parts = { plan, model, scheduler, statistics, report, trace, repository, sentCache, claimWindow };
    const [calls, sends] = [new CallRules(parts), new SendRules(parts)];
    const processes = new ProcessRules({ ...parts, calls, sends });
    return { ...parts, chance, faults: new FaultInjector(plan.disturbances), calls, sends, processes };
  }
}
