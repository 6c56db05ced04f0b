import { setTimeout as sleep } from 'node:timers/promises';
import { fill } from '../support/fill.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import type { ChaosWorld, StoreName } from './chaos-world.ts';
import type { ChaosFault } from './faults/fault.ts';
import { CONCURRENCY, openWorld, type Policy } from './open-world.ts';
import type { StoreCommands } from './store-commands.ts';
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
  const world = await openWorld(stack, scenario, commands);
  const ids: string[] = [];
  const injections: Injection[] = [];
  for (let n = 0; n < scenario.times; n += 1) {
    await topUp(world, ids);
    await progress(world, world.random.between(20, 80));
    await sleep(world.random.between(0, 300));
    injections.push(await injectOnce(world, scenario.fault, ids));
  }
  const lastFault = Date.now();
  await until('nothing is unsent', async () => (await unsent(world)) === 0, 180_000);
  const restMs = Date.now() - lastFault;
  const verdict = judge(
    ids,
    { storedStates: await world.storedStates(), ambiguousIds: await world.ambiguousIds() },
    world.receiver,
    injections,
    world.leaseMs + 2_000,
  );
  const killed = (scenario.fault.kills ?? 0) * scenario.times;
  return {
    store: scenario.store,
    policy: scenario.policy,
    fault: scenario.fault.title,
    ...verdict,
    restMs,
    unknownAllowed: scenario.policy === 'hold' && killed > 0 ? 2 * CONCURRENCY * killed : null,
    receivedAllowed: killed > 0 ? MOST_RECEIVED : null,
  };
}

async function injectOnce(world: ChaosWorld, fault: ChaosFault, ids: string[]): Promise<Injection> {
  const storedStates = await world.storedStates();
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
  if (slot !== undefined) ids.push(...(await fillWhenUp(slot.process)));
}

async function fillWhenUp(server: ServerProcess): Promise<readonly string[]> {
  return fill(server, BACKLOG);
}

async function progress(world: ChaosWorld, more: number): Promise<void> {
  const enough = world.receiver.distinct + more;
  await until(`${Math.round(more)} more are delivered`, () => world.receiver.distinct >= enough, 60_000);
}

async function unsent(world: ChaosWorld): Promise<number> {
  return Object.values(await world.storedStates()).filter(({ status }) => status === 'unsent').length;
}
