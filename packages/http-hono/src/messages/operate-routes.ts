import { brokenRules, type MessageRules } from '@messaging-system/core/adapter';
import * as v from 'valibot';
import type { Operations } from '../access/operations.ts';
import { OUTCOME_CODES, STORE_ERRORS, statusRefusal } from '../errors/outcome-errors.ts';
import { jsonBody } from '../routing/body-spec.ts';
import { invalidRequest } from '../routing/parse.ts';
import { NO_QUERY } from '../routing/query-spec.ts';
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
  const codes = OUTCOME_CODES.cancel;
  return defineRoute({
    method: 'POST',
    path: '/messages/:id/cancel',
    operationId: 'cancelMessage',
    access: 'operate',
    tag: 'messages',
    summary: 'Drop an unsent message',
    params: { id: v.string() },
    query: NO_QUERY,
    answers: { 200: { description: 'The message, cancelled.', schema: messageSchema } },
    errors: [codes.not_found, codes.in_flight, codes.refused, ...STORE_ERRORS],
    handle: async ({ params, context }) => {
      const result = await operations.cancel(context, params.id);
      if (result.kind !== 'cancelled') throw statusRefusal(codes[result.kind], result);
      return { status: 200, body: messageJson(result.message) };
    },
  });
}

export function cancelMatchingRoute(operations: Operations): Route {
  return defineRoute({
    method: 'POST',
    path: '/messages/cancel',
    operationId: 'cancelMessages',
    access: 'operate',
    tag: 'messages',
    summary: 'Drop every unsent message, or those to a phone number or of a time',
    query: NO_QUERY,
    body: jsonBody(cancelFilterSchema),
    answers: { 200: { description: 'How many, and how many stay.', schema: cancelReportSchema } },
    errors: STORE_ERRORS,
    handle: async ({ body: { status: _, ...filter }, context }) => ({
      status: 200,
      body: await operations.cancelMatching(context, filter),
    }),
  });
}

export function redriveRoute(operations: Operations): Route {
  const codes = OUTCOME_CODES.redrive;
  return defineRoute({
    method: 'POST',
    path: '/messages/:id/redrive',
    operationId: 'redriveMessage',
    access: 'operate',
    tag: 'messages',
    summary: 'Send a failed or unknown message again, or one that waits for its next attempt now',
    params: { id: v.string() },
    query: NO_QUERY,
    answers: { 200: { description: 'The message, unsent.', schema: messageSchema } },
    errors: [codes.not_found, codes.refused, ...STORE_ERRORS],
    handle: async ({ params, context }) => {
      const result = await operations.redrive(context, params.id);
      if (result.kind !== 'redriven') throw statusRefusal(codes[result.kind], result);
      return { status: 200, body: messageJson(result.message) };
    },
  });
}

export function redriveMatchingRoute(operations: Operations): Route {
  return defineRoute({
    method: 'POST',
    path: '/messages/redrive',
    operationId: 'redriveMessages',
    access: 'operate',
    tag: 'messages',
    summary: 'Send everything that failed, is unknown, or waits for its next attempt, now',
    query: NO_QUERY,
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
    tag: 'messages',
    summary: "Remove a phone number's messages for good",
    query: NO_QUERY,
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
