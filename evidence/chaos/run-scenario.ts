import { setTimeout as sleep } from 'node:timers/promises';
import { fill } from '../support/fill.ts';
import type { StoreName } from '../support/service.ts';
import { until } from '../support/until.ts';
import type { ChaosFault, ChaosWorld, Policy } from './faults/fault.ts';
import { CONCURRENCY, openWorld } from './open-world.ts';
import { type StoreCommands, startServers } from './store-commands.ts';
import { type Injection, judge, type Verdict } from './verdict.ts';

export interface Scenario {
  readonly fault: ChaosFault;
  readonly store: StoreName;
  readonly policy: Policy;
  readonly seed: number;
  readonly times: number;
}

export interface ScenarioResult extends Verdict {
  readonly store: StoreName;
  readonly policy: Policy;
  readonly fault: string;
  /** From the last fault's end until nothing was unsent. */
  readonly restMs: number;
  /** The most that a policy allows to become unknown, or null where the faults themselves decide. */
  readonly unknownAllowed: number | null;
  /** How often one message may be received, or null where the faults themselves decide. */
  readonly receivedAllowed: number | null;
}

const BACKLOG = 2_000;

/** However often processes are killed: what was lost with them more often waits for an operator. */
const MOST_RECEIVED = 5;

/** Runs one fault, again and again, against a busy system, lets it come to rest and judges it. */
export async function runScenario(
  scenario: Scenario,
  commands: StoreCommands | null,
): Promise<ScenarioResult> {
  await using stack = new AsyncDisposableStack();
  const { fault, store, policy, seed, times } = scenario;
  const setup = { ...fault, settings: { PROCESSOR_RATE_PER_SECOND: '120', ...fault.settings } };
  const servers = await startServers(store, commands);
  const world = await openWorld(stack, { setup, servers, policy, seed, commands });
  const between = (from: number, to: number): number => from + world.random() * (to - from);
  const ids: string[] = [];
  const injections: Injection[] = [];
  for (let n = 0; n < times; n += 1) {
    await topUp(world, ids);
    await progress(world, between(20, 80));
    await sleep(between(0, 300));
    injections.push(await injectOnce(world, fault, ids));
  }
  const lastFault = Date.now();
  await until('nothing is unsent', async () => (await unsent(world)) === 0, 180_000);
  const restMs = Date.now() - lastFault;
  const verdict = await judge(ids, world.store, world.receiver, injections, world.leaseMs + 2_000);
  const killed = (fault.kills ?? 0) * times;
  return {
    store,
    policy,
    fault: fault.title,
    ...verdict,
    restMs,
    unknownAllowed: policy === 'hold' && killed > 0 ? 2 * CONCURRENCY * killed : null,
    receivedAllowed: killed > 0 ? MOST_RECEIVED : null,
  };
}

async function injectOnce(world: ChaosWorld, fault: ChaosFault, ids: string[]): Promise<Injection> {
  const storedStates = await world.store.storedStates();
  const sent = Object.keys(storedStates).filter((id) => storedStates[id]?.status === 'sent');
  const sentBefore = new Map(sent.map((id) => [id, world.receiver.countOf(id)]));
  const from = Date.now();
  await fault.inject(world);
  // The others may have delivered all that there was while a machine that is busy took its time to start one again.
  await topUp(world, ids);
  const end = Date.now();
  await until(`delivery goes on after: ${fault.title}`, () => world.receiver.lastAcceptedAt > end, 60_000);
  return { from, until: end, sentBefore, recoveryMs: world.receiver.lastAcceptedAt - end };
}

/** Keeps a backlog in front of the dispatchers, so that every fault meets a busy system. */
async function topUp(world: ChaosWorld, ids: string[]): Promise<void> {
  if (ids.length - world.receiver.distinct > BACKLOG / 2) return;
  const [slot] = world.dispatchers;
  if (slot !== undefined) ids.push(...(await fill(slot.process, BACKLOG)));
}

async function progress(world: ChaosWorld, more: number): Promise<void> {
  const enough = world.receiver.distinct + more;
  await until(`${Math.round(more)} more are delivered`, () => world.receiver.distinct >= enough, 60_000);
}

async function unsent(world: ChaosWorld): Promise<number> {
  return Object.values(await world.store.storedStates()).filter(({ status }) => status === 'unsent').length;
}
