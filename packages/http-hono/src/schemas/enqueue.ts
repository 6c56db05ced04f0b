import {
  brokenRules,
  type EnqueueRequest,
  type MessageRules,
  type RuleProblem,
} from '@messaging-system/core';
import * as v from 'valibot';
import { idempotencyKeySchema } from './idempotency-key.ts';
import { instantSchema } from './instant.ts';
import { textSchema } from './text.ts';

/** A message to be sent, as JSON. */
export interface EnqueueJson {
  readonly phoneNumber: string;
  readonly content: string;
  readonly idempotencyKey?: string;
  readonly sendAt?: string;
  readonly expiresAt?: string;
}

export interface EnqueueSchemas {
  readonly one: v.GenericSchema<EnqueueJson, EnqueueRequest>;
  readonly many: v.GenericSchema<readonly EnqueueJson[], readonly EnqueueRequest[]>;
}

/** The bodies of an enqueue under these rules. Core checks again, and what it says holds. */
export function enqueueSchemas(rules: MessageRules, maxBatch: number): EnqueueSchemas {
  const one: EnqueueSchemas['one'] = v.strictObject({
    phoneNumber: v.pipe(
      textSchema,
      followsRules('phoneNumber', rules),
      v.metadata({ pattern: rules.phonePattern.source, examples: ['+905551234567'] }),
    ),
    content: v.pipe(
      textSchema,
      followsRules('content', rules),
      v.metadata({ minLength: 1, maxLength: rules.maxContentLength, examples: ['Your code is 4711.'] }),
    ),
    idempotencyKey: v.exactOptional(idempotencyKeySchema),
    sendAt: v.exactOptional(instantSchema('Not sent before.')),
    expiresAt: v.exactOptional(instantSchema('Not sent from then on; later than now and than sendAt.')),
  });
  const many = v.pipe(
    v.array(one),
    v.minLength(1, 'must have at least one message'),
    v.metadata({ maxItems: maxBatch }),
  );
  return { one, many };
}

function followsRules(field: RuleProblem['field'], rules: MessageRules): v.RawCheckAction<string> {
  return v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const broken = brokenRules({ phoneNumber: '', content: '', [field]: dataset.value }, rules);
    const problem = broken.find((rule) => rule.field === field)?.problem;
    if (problem !== undefined) addIssue({ message: problem });
  });
}
