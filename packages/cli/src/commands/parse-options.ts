import type { MessageStatus, RedriveFilter } from '@messaging-system/core';
import { isMessageStatus, MESSAGE_STATUSES, REDRIVABLE_STATUSES } from '@messaging-system/core/adapter';
import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../text.ts';

export function status(text: string): MessageStatus {
  if (isMessageStatus(text)) return text;
  throw new InvalidArgumentError(`It is one of ${MESSAGE_STATUSES.join(', ')}.`);
}

export function redrivableStatus(text: string): RedriveFilter['status'] {
  const status = REDRIVABLE_STATUSES.find((each) => each === text);
  if (status !== undefined) return status;
  throw new InvalidArgumentError('It is failed, unknown, or unsent for what waits for its next attempt.');
}

/** Reads whole numbers of a range. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}

export function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw new InvalidArgumentError('It is a duration such as 500ms, 15s, 2m or 1h30m.');
}

/** An instant as the API takes it: RFC 3339 as it is given, or `in` a duration from now. */
export function instant(text: string): string {
  const ms = /^(?:in |\+)(.+)$/.exec(text)?.[1];
  const fromNow = ms === undefined ? null : parseDuration(ms);
  if (fromNow !== null) return new Date(Date.now() + fromNow).toISOString();
  if (/^\d{4}-\d{2}-\d{2}T/i.test(text)) return text;
  throw new InvalidArgumentError(
    'It is an instant such as 2030-01-31T12:00:00Z, or a time from now such as +10m.',
  );
}
