import type { Check } from './check.ts';

/** The last line: what follows from the checks, and how far it goes. */
export function verdict(checks: readonly Check[], isServerOnly: boolean): string {
  const has = (result: Check['result']): boolean => checks.some((check) => check.result === result);
  const rest = isServerOnly ? ' Only the server was asked; the rest was not checked.' : '';
  if (has('failed')) return `Something has to be put right.${rest}`;
  if (has('warning')) return `Nothing failed, but see the warnings.${rest}`;
  return isServerOnly
    ? `The server says of nothing that it is wrong.${rest}`
    : 'Nothing is wrong that would keep messages from being delivered.';
}
