import * as v from 'valibot';
import { ERROR_CATALOGUE, type ErrorEntry } from '../errors/error-catalogue.ts';
import type { ErrorCode } from '../errors/error-code.ts';

/** `store_unavailable` is `StoreUnavailableError` in the document. */
export function errorSchemaName(code: ErrorCode): string {
  const words = code.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Error`;
}

/** The schema of each error's answer, by its name. */
export function errorSchemas(): Readonly<Record<string, v.GenericSchema>> {
  return Object.fromEntries(
    errorEntries().map(([code, entry]) => [errorSchemaName(code), schemaOf(code, entry)]),
  );
}

function schemaOf(code: ErrorCode, { text, details }: ErrorEntry): v.GenericSchema {
  const common = {
    error: v.pipe(v.string(), v.examples([text])),
    code: v.literal(code),
  };
  return details === undefined
    ? v.strictObject(common)
    : v.strictObject({ ...common, details: v.exactOptional(details) });
}

function errorEntries(): readonly (readonly [ErrorCode, ErrorEntry])[] {
  // The catalogue's keys are exactly the codes: `entries` alone cannot tell.
  return Object.entries(ERROR_CATALOGUE) as [ErrorCode, ErrorEntry][];
}
