import { DEFAULT_MESSAGE_RULES, type EnqueueRequest } from '@messaging-system/core';
import {
  brokenRules,
  METADATA_RULES,
  type MessageRules,
  type Metadata,
  metadataProblems,
  type RuleProblem,
} from '@messaging-system/core/adapter';
import * as v from 'valibot';
import { described, textSchema } from '../json/fields.ts';
import { instantSchema } from '../json/instant.ts';

const MAX_LENGTH = 255;
const LENGTH_PROBLEM = `must have 1 to ${MAX_LENGTH} characters`;

const idempotencyKeySchema: v.GenericSchema<string> = v.pipe(
  textSchema,
  v.minLength(1, LENGTH_PROBLEM),
  v.maxLength(MAX_LENGTH, LENGTH_PROBLEM),
  v.description('The same key stores one message, however often it is asked for.'),
);

const { maxEntries, namePattern, maxValueLength } = METADATA_RULES;

// The schema of a record would leave out names that every object inherits.
const metadataSchema: v.GenericSchema<Metadata> = v.pipe(
  v.any(),
  v.rawCheck(({ dataset, addIssue }) => {
    const input: Metadata = dataset.value;
    for (const { name: key, problem: message } of metadataProblems(input)) {
      if (key === undefined) addIssue({ message });
      else addIssue({ message, path: [{ type: 'object', origin: 'value', input, key, value: input[key] }] });
    }
  }),
  v.metadata({
    type: 'object',
    maxProperties: maxEntries,
    propertyNames: { pattern: namePattern },
    additionalProperties: { type: 'string', maxLength: maxValueLength },
    description:
      'Names and values of your own, kept with the message and shown with it. A part of what a repeated idempotency key is compared by.',
    examples: [{ order: '17' }],
  }),
);

/**
 * The value of an `Idempotency-Key` header: bare, or in double quotes as the IETF draft has it (a string of RFC 9651, section
 * 3.3.3), which do not belong to the key. Printable ASCII: bytes beyond have no agreed meaning in a header.
 */
export const idempotencyKeyHeaderSchema: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.regex(/^[\x20-\x7e]*$/, 'must be printable ASCII'),
  v.check(
    isOneValue,
    'is given twice, or has a comma: give it once, and a key with a comma in double quotes',
  ),
  v.description('The same as idempotencyKey of the body, for a single message.'),
  v.transform(unquote),
  idempotencyKeySchema,
);

const QUOTED = /^"(?:[^"\\]|\\["\\])*"$/;

/** Repeated headers arrive as one value, joined with commas (RFC 9110, section 5.3). A bare key with a comma looks like two. */
function isOneValue(value: string): boolean {
  return !value.includes(',') || QUOTED.test(value);
}

function unquote(value: string): string {
  return QUOTED.test(value) ? value.slice(1, -1).replace(/\\(["\\])/g, '$1') : value;
}

/** The value of a `traceparent` header. Any text: who tries to trace, and fails, is not to be kept from enqueueing (W3C Trace Context §4.3). */
export const traceparentHeaderSchema: v.GenericSchema<string> = described(
  v.string(),
  'The W3C trace context that the delivery belongs to; ignored when it is invalid.',
);

type RequestInstant = Extract<keyof EnqueueRequest, `${string}At`>;

/** A message to be sent, as JSON: core's request, with every instant as RFC 3339 text. */
export type EnqueueJson = Omit<EnqueueRequest, RequestInstant | 'traceparent'> & {
  readonly [Name in RequestInstant]?: string;
};

interface EnqueueSchemas {
  readonly one: v.GenericSchema<EnqueueJson, EnqueueRequest>;
  readonly many: v.GenericSchema<readonly EnqueueJson[], readonly EnqueueRequest[]>;
}

/** The bodies of an enqueue under these rules. Core checks again, and what it says holds. */
export function enqueueSchemas(rules: MessageRules, maxBatch: number): EnqueueSchemas {
  const one = v.strictObject(enqueueEntries(rules));
  const many = v.pipe(
    v.array(one),
    v.minLength(1, 'must have at least one message'),
    v.metadata({ maxItems: maxBatch }),
  );
  return { one, many };
}

function enqueueEntries(rules: MessageRules) {
  return {
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
    metadata: v.exactOptional(metadataSchema),
  } satisfies {
    readonly [Name in keyof EnqueueJson]-?:
      | v.GenericSchema<Required<EnqueueJson>[Name], unknown>
      | v.ExactOptionalSchema<v.GenericSchema<Required<EnqueueJson>[Name], unknown>, undefined>;
  };
}

/** Every field of an `EnqueueJson`. */
// `keys` alone cannot tell.
export const ENQUEUE_FIELDS: readonly (keyof EnqueueJson)[] = Object.keys(
  enqueueEntries(DEFAULT_MESSAGE_RULES),
) as (keyof EnqueueJson)[];

function followsRules(field: RuleProblem['field'], rules: MessageRules): v.RawCheckAction<string> {
  return v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const broken = brokenRules({ phoneNumber: '', content: '', [field]: dataset.value }, rules);
    const problem = broken.find((rule) => rule.field === field)?.problem;
    if (problem !== undefined) addIssue({ message: problem });
  });
}
