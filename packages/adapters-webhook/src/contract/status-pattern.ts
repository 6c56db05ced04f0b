import { inside, type Report } from './problems.ts';

/** Compiles `status`: a status, a class such as `5xx`, or a list of them. Null where none is given: then each matches. */
export function compileStatuses(
  given: unknown,
  path: string,
  report: Report,
): ((status: number) => boolean) | null {
  if (given === undefined) return null;
  const isList = Array.isArray(given);
  const list: readonly unknown[] = isList ? given : [given];
  if (list.length === 0) report(path, 'must have a status');
  const matching = new Set<number>();
  for (const [index, pattern] of list.entries()) {
    const statuses = statusesOf(pattern);
    if (statuses.length === 0)
      report(isList ? inside(path, index) : path, 'must be a status from 200 to 599, or a class such as 5xx');
    for (const status of statuses) matching.add(status);
  }
  return (status) => matching.has(status);
}

/** Empty if it is not a pattern. */
function statusesOf(pattern: unknown): readonly number[] {
  const [, digit, rest] = /^([2-5])(\d\d|xx)$/i.exec(String(pattern)) ?? [];
  if (digit === undefined || rest === undefined) return [];
  return /^xx$/i.test(rest)
    ? Array.from({ length: 100 }, (_, last) => Number(digit) * 100 + last)
    : [Number(digit + rest)];
}
