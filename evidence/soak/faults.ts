import type { ChaosFault, ChaosWorld } from '../chaos/faults/fault.ts';
import { KILL } from '../chaos/faults/process-faults.ts';
import { receiverFault } from '../chaos/faults/receiver-faults.ts';
import { cutConnections } from '../chaos/faults/store-faults.ts';

type SoakFault = Pick<ChaosFault, 'title' | 'inject'>;

const FOR_MS = 3_000;

// Its one dispatcher is the second one: the measured process does not belong to its world.
const ANYWHERE: readonly SoakFault[] = [
  receiverFault('receiver answers 500', 'storm_500', FOR_MS),
  { ...KILL, title: 'SIGKILL of the second dispatcher' },
  receiverFault('receiver hangs', 'hang', FOR_MS),
  receiverFault('receiver accepts and resets', 'reset_after_accept', FOR_MS),
  receiverFault('receiver down', 'down', FOR_MS),
  receiverFault('receiver answers 429', 'storm_429', FOR_MS),
];

const CUT: SoakFault = { title: 'connections to the store cut', inject: cutConnections };

/** The faults of a run, in the order in which they take turns. */
export function faultsFor({ proxies }: ChaosWorld): readonly SoakFault[] {
  return Object.keys(proxies).length === 0 ? ANYWHERE : [...ANYWHERE, CUT];
}
