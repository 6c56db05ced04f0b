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

/** Adds an entry, of an option that may be repeated. The API checks its name and value. */
export function metadataEntry(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  const name = text.slice(0, at);
  if (at < 1) throw new InvalidArgumentError('It is NAME=VALUE, such as order=17.');
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`${name} is given twice.`);
  return { ...before, [name]: text.slice(at + 1) };
}

/** Names with commas between them. */
export function names(text: string): readonly string[] {
  const given = text.split(',').map((name) => name.trim());
  if (given.every((name) => name !== '') && new Set(given).size === given.length) return given;
  throw new InvalidArgumentError('It is different names with commas between them, such as order,shop.');
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
