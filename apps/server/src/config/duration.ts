const UNITS = [
  { unit: 'd', ms: 86_400_000 },
  { unit: 'h', ms: 3_600_000 },
  { unit: 'm', ms: 60_000 },
  { unit: 's', ms: 1_000 },
  { unit: 'ms', ms: 1 },
] as const;

// Each unit once and in descending order, so that a slip such as 10m2h is refused and not added up.
const PATTERN = new RegExp(`^(?=.)${UNITS.map(({ unit }) => `(?:(\\d+(?:\\.\\d+)?)${unit})?`).join('')}$`);

/** Milliseconds of a duration such as 500ms, 1.5s, 2m, 24h or 1h30m; null when the text is none, or no whole number of ms. */
export function parseDuration(text: string): number | null {
  const match = PATTERN.exec(text.trim());
  if (match === null) return null;
  const total = UNITS.reduce((sum, { ms }, index) => sum + Number(match[index + 1] ?? 0) * ms, 0);
  return Number.isSafeInteger(total) ? total : null;
}

/** The shortest text that `parseDuration` reads as this many ms. */
export function formatDuration(ms: number): string {
  let left = ms;
  const parts = UNITS.map(({ unit, ms: size }) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count === 0 ? '' : `${count}${unit}`;
  });
  return parts.join('') || '0s';
}
