import { describe, expect, test } from 'vitest';
import { validTraceparent } from '../src/adapter.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('validTraceparent', () => {
  test.for(['00', '01', '02', '03', 'ff'])('keeps one of version 00 with the flags %s as it is', (flags) => {
    expect(validTraceparent(`00-${TRACE}-${SPAN}-${flags}`)).toBe(`00-${TRACE}-${SPAN}-${flags}`);
  });

  test.for([
    ['01', '01', '', '01'],
    ['cc', '08', '', '00'],
    ['cc', 'ff', '-what-the-future-will-be', '01'],
    ['fe', '00', '-', '00'],
  ] as const)(
    'brings one of version %s with the flags %s%s back to version 00',
    ([version, flags, rest, now]) => {
      expect(validTraceparent(`${version}-${TRACE}-${SPAN}-${flags}${rest}`)).toBe(
        `00-${TRACE}-${SPAN}-${now}`,
      );
    },
  );

  test.for([
    ['nothing', ''],
    ['other text', 'none'],
    ['the version that is none', `ff-${TRACE}-${SPAN}-01`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a parent of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['a short trace', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['a short parent', `00-${TRACE}-${SPAN.slice(1)}-01`],
    ['no flags', `00-${TRACE}-${SPAN}`],
    ['more after version 00', `00-${TRACE}-${SPAN}-01-extra`],
    ['more without a dash', `01-${TRACE}-${SPAN}-01extra`],
    ['space around it', ` 00-${TRACE}-${SPAN}-01`],
    ['a line end', `00-${TRACE}-${SPAN}-01\n`],
    ['another header in it', `01-${TRACE}-${SPAN}-01-\r\nx: y`],
    ['two of them', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
  ] as const)('ignores %s', ([, value]) => {
    expect(validTraceparent(value)).toBe(null);
  });

  test('ignores what is absent', () => {
    expect([validTraceparent(null), validTraceparent(undefined)]).toEqual([null, null]);
  });
});
