import type { Catch } from './hunt.ts';

/** The median, null where more than half were not found. */
export function medianWorlds({ worlds }: Catch): number | null {
  const sorted = worlds.map((one) => one ?? Number.POSITIVE_INFINITY).sort((one, other) => one - other);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  return median === undefined || median === Number.POSITIVE_INFINITY ? null : median;
}

export function isCaught({ worlds, problem }: Catch): boolean {
  return problem === null && worlds.length > 0 && worlds.every((one) => one !== null);
}

/** A table in Markdown: mutation, file, median and most worlds that it took, the rules that were broken. */
export function describeCatches(catches: readonly Catch[]): string {
  const rows = catches.map((one) => {
    const most = Math.max(...one.worlds.map((worlds) => worlds ?? Number.POSITIVE_INFINITY));
    const found = one.problem ?? one.rules.map((rule) => `"${rule}"`).join(', ');
    return [one.mutation.name, one.mutation.file, `${medianWorlds(one) ?? '–'}`, `${most}`, found];
  });
  const header = ['mutation', 'source', 'worlds (median)', 'worlds (most)', 'rule that found it'];
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
