import type { ConfigProblem, ConfigWarning, Origin } from './host.ts';

const UNITS = [
  { unit: 'd', ms: 86_400_000 },
  { unit: 'h', ms: 3_600_000 },
  { unit: 'm', ms: 60_000 },
  { unit: 's', ms: 1_000 },
  { unit: 'ms', ms: 1 },
] as const;

// Each unit once and in descending order, so that a slip such as 10m2h is refused and not added up.
const DURATION = new RegExp(`^(?=.)${UNITS.map(({ unit }) => `(?:(\\d+(?:\\.\\d+)?)${unit})?`).join('')}$`);

/**
 * Milliseconds of a duration such as 500ms, 1.5s, 2m, 24h or 1h30m. Null for any other text, and for a part of
 * a millisecond.
 */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text.trim());
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

/** How much is delivered how often. */
export function shownPace(pace: {
  readonly batchSize: number;
  readonly intervalMs: number;
  readonly drain: boolean;
}): string {
  const { batchSize, intervalMs, drain } = pace;
  if (drain) return 'due messages at once';
  return `${batchSize} ${batchSize === 1 ? 'message' : 'messages'} every ${formatDuration(intervalMs)}`;
}

export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'file':
      return `${origin.path}:${origin.line}`;
    case 'environment':
      return `environment variable ${origin.name}`;
    case 'default':
      return 'default';
  }
}

/** Everything that keeps a server from starting, for people. */
export function formatProblems(problems: readonly ConfigProblem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const blocks = problems.map(({ key, origin, problem, allowed }) =>
    [
      `  ${key}: ${problem}`,
      ...(origin === null ? [] : [`    from:    ${describeOrigin(origin)}`]),
      ...(allowed === null ? [] : [`    allowed: ${allowed}`]),
    ].join('\n'),
  );
  return `The configuration has ${count}; nothing was started.\n\n${blocks.join('\n\n')}\n`;
}

/** On one line, for a log. */
export function formatWarning({ text, advice }: ConfigWarning): string {
  return `${text}${/[.?]$/.test(text) ? '' : '.'} ${advice}`;
}

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * At most `longest` characters as a reader sees them: a family of emoji or a letter with its accents is one. Where
 * something is left out, the last of them is an ellipsis.
 */
export function shortened(text: string, longest: number): string {
  // No text has more characters than UTF-16 units.
  if (text.length <= longest) return text;
  let count = 0;
  let end = 0;
  for (const { index } of GRAPHEMES.segment(text)) {
    if (count === longest) return `${text.slice(0, end)}…`;
    end = index;
    count += 1;
  }
  return text;
}
