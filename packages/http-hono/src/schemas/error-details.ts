import { MESSAGE_STATUSES, type MessageStatus } from '@messaging-system/core';
import * as v from 'valibot';
import { SCOPES, type Scope } from '../access/scope.ts';
import { instantTextSchema } from './instant.ts';

/** One thing that is wrong with a request. */
export interface Problem {
  /** Position in the array that was sent; absent for a single object. */
  readonly index?: number;
  /** The field, parameter or header; absent when it is the whole. */
  readonly field?: string;
  readonly problem: string;
}

/** An idempotency key of the request that another message holds. */
export interface KeyConflict {
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

export interface StatusDetails {
  readonly status: MessageStatus;
}

export interface PauseDetails {
  readonly reason: string;
  /** RFC 3339; null: until an operator starts the processor again. */
  readonly until: string | null;
}

export interface ScopeDetails {
  /** The name of the key that was given. */
  readonly key: string;
  readonly required: Scope;
  readonly granted: readonly Scope[];
}

const indexSchema = v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0)));

export const problemsSchema: v.GenericSchema<readonly Problem[]> = v.array(
  v.strictObject({ index: indexSchema, field: v.exactOptional(v.string()), problem: v.string() }),
);

export const keyConflictsSchema: v.GenericSchema<readonly KeyConflict[]> = v.array(
  v.strictObject({ index: indexSchema, id: v.string(), stored: v.exactOptional(v.boolean()) }),
);

export const statusDetailsSchema: v.GenericSchema<StatusDetails> = v.strictObject({
  status: v.picklist(MESSAGE_STATUSES),
});

export const scopeDetailsSchema: v.GenericSchema<ScopeDetails> = v.strictObject({
  key: v.string(),
  required: v.picklist(SCOPES),
  granted: v.array(v.picklist(SCOPES)),
});

export const pauseDetailsSchema: v.GenericSchema<PauseDetails> = v.strictObject({
  reason: v.string(),
  until: v.nullable(instantTextSchema),
});
