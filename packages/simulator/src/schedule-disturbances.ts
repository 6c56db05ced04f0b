import type { Clients } from './clients.ts';
import { type Disturbance, isAction } from './plan/disturbance.ts';
import type { SimulatedProcess } from './process/simulated-process.ts';
import type { WorldContext } from './world-context.ts';

/** Puts on the schedule what has an instant of its own; what waits for a call is met there. */
export function scheduleDisturbances(
  world: WorldContext,
  processes: readonly SimulatedProcess[],
  clients: Clients,
): void {
  for (const disturbance of world.plan.disturbances) {
    if (disturbance.kind === 'callers_clock') clients.setClock(disturbance);
    if (!('atMs' in disturbance) || ('forMs' in disturbance && disturbance.kind !== 'freeze')) continue;
    world.scheduler.after(disturbance.atMs, () => {
      if (world.scheduler.now >= world.plan.chaosMs) return;
      if (isAction(disturbance) && !('process' in disturbance)) clients.act(disturbance);
      else if ('process' in disturbance) disturb(world, disturbance, processes[disturbance.process ?? -1]);
    });
  }
}

function disturb(world: WorldContext, disturbance: Disturbance, process: SimulatedProcess | undefined): void {
  const isForTheLiving = disturbance.kind !== 'clock' && disturbance.kind !== 'crash_loop';
  if (process === undefined || (process.run === null && isForTheLiving)) return;
  world.faults.fired.add(disturbance.id);
  switch (disturbance.kind) {
    case 'crash_at':
      process.crash(disturbance.downMs);
      break;
    case 'crash_loop':
      crashAgain(world, disturbance, process, disturbance.times);
      break;
    case 'freeze':
      process.freeze(process.run, disturbance.forMs);
      break;
    case 'clock':
      process.setClock(disturbance.byMs);
      break;
    case 'start':
      process.start();
      break;
    case 'dispatch_once':
      process.dispatchOnce();
      if (disturbance.stops) process.stop();
      break;
    case 'stop':
      process.stop();
      world.scheduler.after(disturbance.startAfterMs, () => {
        if (world.scheduler.now < world.plan.chaosMs) process.start();
      });
  }
}

function crashAgain(
  world: WorldContext,
  loop: Extract<Disturbance, { readonly kind: 'crash_loop' }>,
  process: SimulatedProcess,
  left: number,
): void {
  if (left === 0 || world.scheduler.now >= world.plan.chaosMs) return;
  process.crash(loop.downMs);
  world.scheduler.after(loop.everyMs, () => crashAgain(world, loop, process, left - 1));
}
