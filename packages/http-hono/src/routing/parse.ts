import * as v from 'valibot';
import { ApiError } from '../errors/api-error.ts';
import type { Problem } from '../errors/error-details.ts';

const LONGEST_NAME = 100;
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The value as the schema returns it. @throws ApiError `invalid_request` naming every problem. */
export function parse<Output>(
  schema: v.GenericSchema<unknown, Output>,
  value: unknown,
  kind: 'field' | 'parameter',
): Output {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw invalidRequest(problemsOf(result.issues, kind));
}

/** The issues as an answer names them. */
export function problemsOf(
  issues: readonly v.BaseIssue<unknown>[],
  kind: 'field' | 'parameter' = 'field',
): readonly Problem[] {
  return issues.map((issue) => problemOf(issue, kind));
}

function problemOf(issue: v.BaseIssue<unknown>, kind: string): Problem {
  const keys = (issue.path ?? []).map((item) => item.key);
  const [first, ...rest] = keys;
  const index = typeof first === 'number' ? { index: first } : {};
  const names = typeof first === 'number' ? rest : keys;
  const field = names.length === 0 ? {} : { field: shorten(names.map(String).join('.')) };
  return { ...index, ...field, problem: textOf(issue, kind) };
}

// An object schema has one message for three kinds of issues; what was expected tells them apart.
function textOf(issue: v.BaseIssue<unknown>, kind: string): string {
  if (issue.kind !== 'schema' || !issue.type.endsWith('object')) return issue.message;
  if (issue.expected === 'never') return `is not a known ${kind}`;
  return issue.expected?.startsWith('"') ? 'is required' : 'must be an object';
}

function shorten(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  // Where the character begins that goes beyond: half of an emoji is not text.
  const end = GRAPHEMES.segment(name).containing(LONGEST_NAME)?.index;
  return `${name.slice(0, end)}…`;
}

/** A 400 that names every problem; its text is the first one. */
export function invalidRequest(problems: readonly Problem[]): ApiError {
  const [first] = problems;
  if (first === undefined) return new ApiError('invalid_request');
  const place = first.index === undefined ? '' : `[${first.index}] `;
  const field = first.field === undefined ? '' : `${first.field} `;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new ApiError('invalid_request', {
    text: `${place}${field}${first.problem}${more}`,
    details: problems,
  });
}
