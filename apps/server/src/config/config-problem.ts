import { describeOrigin, type Origin } from './origin.ts';

/** One thing that is wrong with a configuration. Its texts carry no secret. */
export interface ConfigProblem {
  /** The setting, or the name of what else is wrong. */
  readonly key: string;
  readonly origin: Origin | null;
  readonly problem: string;
  /** What would be right. */
  readonly allowed: string | null;
}

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

/** Something odd in a configuration that is no problem. Its texts carry no secret. */
export interface ConfigWarning {
  readonly text: string;
  /** What to do about it. */
  readonly advice: string;
}

/** On one line, for a log. */
export function formatWarning({ text, advice }: ConfigWarning): string {
  return `${text}${/[.?]$/.test(text) ? '' : '.'} ${advice}`;
}
