import { distance } from 'fastest-levenshtein';

/** The candidate that was probably meant; null when none is near. Case does not count. */
export function suggest(
  given: string,
  candidates: readonly string[],
  furthest: number = Math.max(1, given.length / 3),
): string | null {
  let best: { readonly candidate: string; readonly far: number } | null = null;
  for (const candidate of candidates) {
    const far = distance(given.toLowerCase(), candidate.toLowerCase());
    if (far <= furthest && (best === null || far < best.far)) best = { candidate, far };
  }
  return best?.candidate ?? null;
}

/** For a key that is none: the path whose last word it is, else a near one. */
export function suggestPath(given: string, paths: readonly string[]): string | null {
  const near = suggest(given, paths);
  return near ?? paths.find((path) => lastWord(path) === lastWord(given)) ?? null;
}

function lastWord(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1).toLowerCase();
}
