import type { MessageStatus } from '@messaging-system/core';
import { MESSAGE_STATUSES } from '@messaging-system/core/adapter';
import * as v from 'valibot';
import { countSchema } from '../json/fields.ts';
import { instantTextSchema } from '../json/instant.ts';
import { type ReadinessJson, readinessSchema } from '../json/readiness-json.ts';
import { SCOPES, type Scope } from '../scope.ts';
import type { ErrorCode } from './error-catalogue.ts';

/** One thing that is wrong with a request. */
export interface Problem {
  /** Position in the array that was sent; absent for a single object. */
  readonly index?: number;
  /** The field, parameter or header; absent when it is the whole. */
  readonly field?: string;
  readonly problem: string;
}

/** An idempotency key of the request that another message holds. */
interface KeyConflict {
  /** Position in the array that was sent; absent for a single object. */
  readonly index?: number;
  /** The message that holds the key; or that was stored, see `stored`. */
  readonly id: string;
  /**
   * True: this message of the array is in no conflict and was stored all the same. Only a store without transactions does so, when a dispatcher claims
   * the message before it can be taken back.
   */
  readonly stored?: boolean;
}

interface StatusDetails {
  readonly status: MessageStatus;
}

interface PauseDetails {
  readonly reason: string;
  /** RFC 3339; null: until an operator starts the processor again. */
  readonly until: string | null;
}

interface ScopeDetails {
  /** The name of the key that was given. */
  readonly key: string;
  readonly required: Scope;
  readonly granted: readonly Scope[];
}

const indexSchema = v.exactOptional(countSchema);

const problemsSchema: v.GenericSchema<readonly Problem[]> = v.array(
  v.strictObject({ index: indexSchema, field: v.exactOptional(v.string()), problem: v.string() }),
);

const keyConflictsSchema: v.GenericSchema<readonly KeyConflict[]> = v.array(
  v.strictObject({ index: indexSchema, id: v.string(), stored: v.exactOptional(v.boolean()) }),
);

const statusDetailsSchema: v.GenericSchema<StatusDetails> = v.strictObject({
  status: v.picklist(MESSAGE_STATUSES),
});

const scopeDetailsSchema: v.GenericSchema<ScopeDetails> = v.strictObject({
  key: v.string(),
  required: v.picklist(SCOPES),
  granted: v.array(v.picklist(SCOPES)),
});

const pauseDetailsSchema: v.GenericSchema<PauseDetails> = v.strictObject({
  reason: v.string(),
  until: instantTextSchema,
});

/** The `details` of the errors that have some. */
export const ERROR_DETAILS: Readonly<Partial<Record<ErrorCode, v.GenericSchema>>> = {
  claiming_paused: pauseDetailsSchema,
  idempotency_conflict: keyConflictsSchema,
  insufficient_scope: scopeDetailsSchema,
  invalid_request: problemsSchema,
  message_in_flight: statusDetailsSchema,
  not_ready: readinessSchema,
  status_conflict: statusDetailsSchema,
};

export type ErrorDetails =
  | readonly Problem[]
  | readonly KeyConflict[]
  | StatusDetails
  | PauseDetails
  | ScopeDetails
  | ReadinessJson;
