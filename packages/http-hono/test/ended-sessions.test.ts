import { expect, test } from 'vitest';

import { EndedSessions, LONGEST_MS, newClaim } from '../src/dashboard/session.ts';
import { START } from './support/world.ts';

test('remembers a session for as long as a copy of its cookie could be valid', () => {
  const ended = new EndedSessions();
  const one = newClaim(START);
  ended.end(one, START + 1);
  ended.end(newClaim(START), START + LONGEST_MS - 1);
  expect(ended.has(one)).toBe(true);
  expect(ended.has(newClaim(START))).toBe(false);
});

test('with more logouts than it can remember it ends every session that began before, rather than let one live again', () => {
  const ended = new EndedSessions(3);
  const claims = [1, 2, 3, 4].map((at) => newClaim(START + at));
  const bystander = newClaim(START);
  const page = ended.ofPage(bystander.id, new AbortController().signal);
  for (const claim of claims) ended.end(claim, START + 10);
  expect(claims.map((claim) => ended.has(claim))).toEqual([true, true, true, true]);
  expect(ended.has(bystander)).toBe(true);
  expect(page.aborted).toBe(true);
  expect(ended.has(newClaim(START + 11))).toBe(false);
});
