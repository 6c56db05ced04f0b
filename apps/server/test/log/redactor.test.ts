import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactor } from '../../src/log/redactor.ts';
import { capturedLog } from '../support/captured-log.ts';

test('blacks out secrets wherever they are in a line', () => {
  const secret = fc.string({ minLength: 4 }).filter((text) => !/^•+$/.test(text) && text.trim() === text);
  fc.assert(
    fc.property(secret, fc.constantFrom('message', 'field', 'stack'), (key, place) => {
      // As long as nothing, a key that is also a word of the line itself would prove nothing.
      const marked = `${key}#m4rk`;
      const { log, text, lines } = capturedLog([marked]);
      if (place === 'message') log.info(`before ${marked} after`);
      else if (place === 'field') log.info({ deep: [{ value: marked }] }, 'text');
      else log.info({ err: new Error(marked) }, 'text');
      expect(text()).not.toContain('#m4rk');
      expect(lines()).toHaveLength(1);
    }),
  );
});

test.each([
  ['cannot reach mongodb://ann:pa55@one:27017,two/?x=1', 'cannot reach mongodb://•••@one:27017,two/?x=1'],
  ['redis://:pa55@cache', 'redis://•••@cache'],
  ['mail to ann@example.com', 'mail to ann@example.com'],
  ['http://example.com/@here', 'http://example.com/@here'],
])('leaves no credentials in the URL of %j', (text, redacted) => {
  expect(redactor([])(text)).toBe(redacted);
});

test('takes no longer for a line that looks like a URL without end', () => {
  // Of the processor, not of the clock: the machine may be busy with something else.
  const begun = process.cpuUsage();
  redactor(['secret'])('://'.repeat(30_000));
  redactor(['secret'])(`://${'a'.repeat(100_000)}`);
  expect(process.cpuUsage(begun).user).toBeLessThan(1_000_000);
});
