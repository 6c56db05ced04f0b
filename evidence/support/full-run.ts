/**
 * The size of a run whose figures may stand on a page. A shorter run prints and writes nothing: a page that was overwritten by
 * one would still look like evidence.
 */
export const FULL_RUN = {
  bench: { rounds: 5, messages: 20_000 },
  soak: { minutes: 10, perSecond: 50, faultEverySeconds: 20 },
  simulate: { worlds: 100_000 },
  mutations: { starts: 5, mostWorlds: 3_000 },
} as const;

/** Whether a run of `npm run chaos` injects every fault of its store as often as a full one, under both policies. */
export function isFullChaos(options: {
  readonly quick: boolean;
  readonly policy?: string;
  readonly only: string;
}): boolean {
  return !options.quick && options.policy === undefined && options.only === '';
}

export function isFullBench(options: {
  readonly quick: boolean;
  readonly only: readonly string[];
  readonly rounds: number;
  readonly messages: number;
}): boolean {
  const { rounds, messages } = FULL_RUN.bench;
  return (
    !options.quick && options.only.length === 0 && options.rounds >= rounds && options.messages >= messages
  );
}

export function isFullSoak(options: {
  readonly minutes: number;
  readonly perSecond: number;
  readonly faultEverySeconds: number;
}): boolean {
  const { minutes, perSecond, faultEverySeconds } = FULL_RUN.soak;
  return (
    options.minutes >= minutes &&
    options.perSecond >= perSecond &&
    options.faultEverySeconds <= faultEverySeconds
  );
}
