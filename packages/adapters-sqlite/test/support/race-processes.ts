import { runScript } from './script.ts';

export interface Race {
  readonly path: string;
  readonly now: number;
  readonly leasedUntil: number;
  readonly limit: number;
}

/** Runs as many processes that claim until nothing is due, started together; the ids that each received. */
export async function raceProcesses(count: number, race: Race): Promise<readonly (readonly string[])[]> {
  const racers = Array.from({ length: count }, () =>
    runScript(new URL('./claim-until-empty.ts', import.meta.url), race),
  );
  await Promise.all(racers.map((racer) => racer.line()));
  for (const racer of racers) racer.tell('go');
  return Promise.all(
    racers.map(async (racer): Promise<readonly string[]> => {
      const ids = await racer.line();
      await racer.exited();
      return JSON.parse(ids);
    }),
  );
}
