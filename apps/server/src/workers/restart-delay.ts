const FIRST_MS = 100;
const LONGEST_MS = 10_000;

/** How long to wait before a worker is started again, after so many that did not live long, this one not counted. */
export function restartDelayMs(shortLives: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** shortLives);
}
