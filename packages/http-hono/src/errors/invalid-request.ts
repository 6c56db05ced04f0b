import type { Problem } from '../schemas/error-details.ts';
import { ApiError } from './api-error.ts';

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
