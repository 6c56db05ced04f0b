import { InvalidOptionsError } from '@messaging-system/core';

const PUBLIC_PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/;

/**
 * The path prefix that a proxy in front removes, to be put before every path that clients are told; empty: none.
 * @throws InvalidOptionsError if it is not a path such as `/messaging`
 */
export function publicPath(given: string | undefined): string {
  if (given !== undefined && !PUBLIC_PATH.test(given)) {
    throw new InvalidOptionsError([
      `publicPath must be a path such as /messaging, without a slash at the end, is ${JSON.stringify(given)}`,
    ]);
  }
  return given ?? '';
}
