import { expect, test } from 'vitest';
import { LeaseBatch } from '../src/dispatch/lease-batch.ts';
import { WaitingLine } from '../src/dispatch/waiting-line.ts';
import { aClaimed } from './support/builders.ts';

function aBatch(size: number): LeaseBatch {
  const claimed = Array.from({ length: size }, (_, index) => aClaimed({ message: { id: String(index) } }));
  return new LeaseBatch('token', 0, claimed, false);
}

function aLine({ entries }: LeaseBatch): WaitingLine {
  const line = new WaitingLine();
  for (const entry of entries) line.push(entry);
  return line;
}

test('serves in the order of arrival, also a line longer than what it clears away at once', () => {
  const batch = aBatch(5_000);
  const line = aLine(batch);
  const served = [];
  for (let next = line.shift(); next !== undefined; next = line.shift()) served.push(next);
  expect(served).toEqual(batch.entries);
  expect(line.length).toBe(0);
});

test('passes over what was closed while it waited', () => {
  const batch = aBatch(4);
  const line = aLine(batch);
  for (const entry of batch.entries) if (entry.message.id !== '2') batch.close(entry, 'lost');
  expect(line.first()?.message.id).toBe('2');
  expect(line.shift()?.message.id).toBe('2');
  expect(line.shift()).toBeUndefined();
});

test('gives all that are still open, and is empty then', () => {
  const batch = aBatch(4);
  const line = aLine(batch);
  line.shift();
  const [, second] = batch.entries;
  if (second !== undefined) batch.close(second, 'lost');
  expect(line.takeAll().map((entry) => entry.message.id)).toEqual(['2', '3']);
  expect(line.length).toBe(0);
  expect(line.first()).toBeUndefined();
});
