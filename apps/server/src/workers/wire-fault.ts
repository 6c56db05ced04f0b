import { type FaultCode, InvalidOptionsError, MessagingError } from '@messaging-system/core';
import { describeError, type ErrorDescription } from '../log/describe-error.ts';

/** An error on its way to another process. */
export interface WireFault extends ErrorDescription {
  /** What only an `InvalidOptionsError` has. */
  readonly problems?: readonly string[];
}

const FAULT_CODES: Readonly<Record<FaultCode, true>> = {
  store_unavailable: true,
  store_rejected: true,
  sent_cache_unavailable: true,
  broken_adapter: true,
  invalid_options: true,
  unsupported_runtime: true,
};

export function toWireFault(error: unknown): WireFault {
  const described = describeError(error);
  return error instanceof InvalidOptionsError ? { ...described, problems: error.problems } : described;
}

/** An error that is described as the original was, and that has its code where it is a fault of core's. */
export function fromWireFault(fault: WireFault): Error {
  const { type, message, code, stack, cause, problems } = fault;
  if (problems !== undefined) return new InvalidOptionsError(problems);
  const options = cause === undefined ? {} : { cause: fromWireFault(cause) };
  const error = isFaultCode(code)
    ? new MessagingError(code, message, options)
    : Object.assign(new Error(message, options), code === undefined ? {} : { code });
  error.name = type;
  // It was thrown elsewhere; where it is made again says nothing.
  Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
  return error;
}

/** Looks no deeper than tells a fault from something else. */
export function isWireFault(given: unknown): given is WireFault {
  return (
    typeof given === 'object' &&
    given !== null &&
    'type' in given &&
    typeof given.type === 'string' &&
    'message' in given &&
    typeof given.message === 'string'
  );
}

function isFaultCode(code: unknown): code is FaultCode {
  return typeof code === 'string' && Object.hasOwn(FAULT_CODES, code);
}
