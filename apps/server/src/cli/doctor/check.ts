export type CheckResult = 'ok' | 'warning' | 'failed' | 'skipped';

/** What was looked at, how it is, and what to do where it is not right. */
export interface Check {
  readonly name: string;
  readonly result: CheckResult;
  readonly detail: string;
  readonly advice: string | null;
}

export function ok(name: string, detail: string): Check {
  return { name, result: 'ok', detail, advice: null };
}

export function warning(name: string, detail: string, advice: string): Check {
  return { name, result: 'warning', detail, advice };
}

export function failed(name: string, detail: string, advice: string): Check {
  return { name, result: 'failed', detail, advice };
}

export function skipped(name: string, detail: string): Check {
  return { name, result: 'skipped', detail, advice: null };
}
