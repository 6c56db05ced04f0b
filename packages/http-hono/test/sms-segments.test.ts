import { expect, test } from 'vitest';
import { smsSegments } from '../src/messages/sms-segments.ts';
import { visitor } from './support/browser.ts';
import { enqueued } from './support/world.ts';

test.each([
  ['160 letters of GSM-7', 'a'.repeat(160), 'GSM-7', 1],
  ['161 letters of GSM-7', 'a'.repeat(161), 'GSM-7', 2],
  ['306 letters of GSM-7', 'a'.repeat(306), 'GSM-7', 2],
  ['307 letters of GSM-7', 'a'.repeat(307), 'GSM-7', 3],
  ['80 euro signs, which take two places', '€'.repeat(80), 'GSM-7', 1],
  ['81 euro signs', '€'.repeat(81), 'GSM-7', 2],
  ['an escape that would be torn from its letter', `${'a'.repeat(152)}€${'a'.repeat(152)}`, 'GSM-7', 3],
  ['letters of GSM-7 beyond ASCII', 'ÇüöñàÅ£§\n\r', 'GSM-7', 1],
  ['70 letters of which one is ş', `ş${'a'.repeat(69)}`, 'UCS-2', 1],
  ['71 letters of which one is ş', `ş${'a'.repeat(70)}`, 'UCS-2', 2],
  ['161 letters of which one is ş', `ş${'a'.repeat(160)}`, 'UCS-2', 3],
  ['a small ç, which GSM-7 lacks', 'ç', 'UCS-2', 1],
  ['35 emoji', '😀'.repeat(35), 'UCS-2', 1],
  ['67 emoji, of which none is torn apart', '😀'.repeat(67), 'UCS-2', 3],
] as const)('counts %s', (_, content, encoding, segments) => {
  expect(smsSegments(content)).toEqual({ encoding, segments });
});

test.each([
  ['a'.repeat(160), '1 segment in GSM-7'],
  ['a'.repeat(161), '2 segments in GSM-7'],
  [`ş${'a'.repeat(160)}`, '3 segments in UCS-2'],
] as const)("a message's page in the dashboard says of %j: %s", async (content, text) => {
  const { world, get } = visitor();
  const { id } = await enqueued(world, { content });
  expect((await get(`/dashboard/messages/${id}`)).html).toContain(`As SMS: ${text}</p>`);
});
