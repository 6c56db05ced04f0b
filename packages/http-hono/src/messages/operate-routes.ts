import { brokenRules, type MessageRules } from '@messaging-system/core/adapter';
import * as v from 'valibot';
import type { Operations } from '../access/operations.ts';
import { OUTCOME_CODES, STORE_ERRORS } from '../errors/outcome-errors.ts';
import { jsonBody } from '../routing/body-spec.ts';
import { invalidRequest } from '../routing/parse.ts';
import { defineRoute, type Route } from '../routing/route.ts';
import { messageJson, messageSchema } from './message-json.ts';
import {
  cancelFilterSchema,
  cancelReportSchema,
  eraseReportSchema,
  eraseRequestSchema,
  redriveFilterSchema,
  redrivenSchema,
} from './operator-json.ts';

export function cancelRoute(operations: Operations): Route {
  return changeRoute('cancel', operations, 'Drop an unsent message', 'The message, cancelled.');
}

export function redriveRoute(operations: Operations): Route {
  const summary =
    'Send a failed or unknown message again (an unknown one may have arrived), or one that waits for its next attempt now';
  return changeRoute('redrive', operations, summary, 'The message, unsent.');
}

/** A route that changes one message, and answers with it. */
function changeRoute(
  change: 'cancel' | 'redrive',
  operations: Operations,
  summary: string,
  description: string,
): Route {
  return defineRoute({
    method: 'POST',
    path: `/messages/:id/${change}`,
    operationId: `${change}Message`,
    access: 'operate',
    summary,
    params: { id: v.string() },
    answers: { 200: { description, schema: messageSchema } },
    errors: [...Object.values(OUTCOME_CODES[change]), ...STORE_ERRORS],
    handle: async ({ params, context }) => ({
      status: 200,
      body: messageJson(await operations[change](context, params.id)),
    }),
  });
}

export function cancelMatchingRoute(operations: Operations): Route {
  return defineRoute({
    method: 'POST',
    path: '/messages/cancel',
    operationId: 'cancelMessages',
    access: 'operate',
    summary: 'Drop every unsent message, or those to a phone number or of a time',
    body: jsonBody(cancelFilterSchema),
    answers: { 200: { description: 'How many, and how many stay.', schema: cancelReportSchema } },
    errors: STORE_ERRORS,
    handle: async ({ body: { status: _, ...filter }, context }) => ({
      status: 200,
      body: await operations.cancelMatching(context, filter),
    }),
  });
}

export function redriveMatchingRoute(operations: Operations): Route {
  return defineRoute({
    method: 'POST',
    path: '/messages/redrive',
    operationId: 'redriveMessages',
    access: 'operate',
    summary:
      'Send everything that failed, is unknown (and may have arrived), or waits for its next attempt, now',
    body: jsonBody(redriveFilterSchema),
    answers: { 200: { description: 'How many.', schema: redrivenSchema } },
    errors: STORE_ERRORS,
    handle: async ({ body, context }) => ({
      status: 200,
      body: { redriven: await operations.redriveMatching(context, body) },
    }),
  });
}

/** @param rules tell a number that nobody may write so from one that has no messages */
export function eraseRoute(operations: Operations, rules: MessageRules): Route {
  return defineRoute({
    method: 'POST',
    path: '/messages/erase',
    operationId: 'eraseMessages',
    access: 'erase',
    summary: "Remove a phone number's messages permanently",
    body: jsonBody(eraseRequestSchema),
    answers: { 200: { description: 'How many, and which stay for now.', schema: eraseReportSchema } },
    errors: [...STORE_ERRORS, OUTCOME_CODES.fault.sent_cache_unavailable],
    handle: async ({ body, context }) => {
      const report = await operations.erase(context, body.phoneNumber);
      // Only now: another service may have stored messages to a number that is badly written.
      if (report.erased === 0 && report.inFlightIds.length === 0) refuseMiswritten(body.phoneNumber, rules);
      return { status: 200, body: report };
    },
  });
}

function refuseMiswritten(phoneNumber: string, rules: MessageRules): void {
  const problems = brokenRules({ phoneNumber, content: 'x' }, rules);
  if (problems.length === 0) return;
  throw invalidRequest(
    problems.map(({ field, problem }) => ({
      field,
      problem: `${problem}, and no message is to it as it is`,
    })),
  );
}
