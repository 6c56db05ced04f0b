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
