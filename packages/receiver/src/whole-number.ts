import { ReceiverError } from './receiver-error.ts';

/** @throws ReceiverError `invalid_options` for anything but a whole number in the range. */
export function wholeNumber(name: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new ReceiverError('invalid_options', `${name} must be a whole number from ${least}, is ${value}`);
  }
  return value;
}
