import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * Runs as many processes of a script that calls `claimUntilEmpty`, started together; the ids that each received.
 * `world` is what the script opens its store with, and the claim.
 */
export async function raceProcesses(
  script: URL,
  count: number,
  world: Readonly<Record<string, string | number>>,
): Promise<readonly (readonly string[])[]> {
  const racers = Array.from({ length: count }, () => {
    const child = spawn(
      process.execPath,
      ['--conditions=@messaging-system/source', fileURLToPath(script), JSON.stringify(world)],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  });
  await Promise.all(racers.map(({ lines }) => lines.next()));
  for (const { child } of racers) child.stdin.write('go\n');
  return Promise.all(
    racers.map(async ({ child, lines }) => {
      const exited = once(child, 'exit');
      const { value } = await lines.next();
      await exited;
      return JSON.parse(value ?? 'null');
    }),
  );
}
